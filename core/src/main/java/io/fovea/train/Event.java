package io.fovea.train;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of a run's journal: what happened, when, and after how many steps. The components of each record are the keys of its JSON object,
 * beside {@code "event"}, which names the record in lower case.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(name = "start", value = Event.Start.class),
    @JsonSubTypes.Type(name = "resume", value = Event.Resume.class),
    @JsonSubTypes.Type(name = "step", value = Event.Step.class),
    @JsonSubTypes.Type(name = "sample", value = Event.Sample.class),
    @JsonSubTypes.Type(name = "evaluate", value = Event.Evaluate.class),
    @JsonSubTypes.Type(name = "checkpoint", value = Event.Checkpoint.class),
    @JsonSubTypes.Type(name = "warning", value = Event.Warning.class),
    @JsonSubTypes.Type(name = "end", value = Event.End.class),
})
public sealed interface Event {
    Instant time();

    /** How many steps were done when it happened. */
    long step();

    /** The present, in milliseconds: finer times only make lines longer. */
    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Map<String, String> ordered(Map<String, String> facts) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /**
     * The first line of every journal.
     *
     * @param format the version of the journal's format
     * @param system the system that is trained, for instance {@code srgan}
     * @param steps how many steps are planned
     * @param facts what a reader of the run may want to know, in words: version, device, precision, threads, seed, data
     */
    record Start(int format, Instant time, String system, long steps, Map<String, String> facts) implements Event {
        public Start {
            facts = ordered(facts);
        }

        public Start(String system, long steps, Map<String, String> facts) {
            this(Journal.FORMAT, now(), system, steps, facts);
        }

        @Override
        public long step() {
            return 0;
        }
    }

    /**
     * Training goes on after {@code step}.
     *
     * @param lostSteps how many steps had been journaled beyond {@code step} and are done once more; their lines are gone
     * @param steps how many steps are planned now, in all
     */
    record Resume(Instant time, long step, long lostSteps, long steps, Map<String, String> facts) implements Event {
        public Resume {
            facts = ordered(facts);
        }
    }

    /** @param waited the share of the time since the last such line in which the step waited for data, in [0,1] */
    record Step(Instant time, long step, Scalars scalars, double waited) implements Event {
        public Step(long step, Scalars scalars, double waited) {
            this(now(), step, scalars, waited);
        }
    }

    /** @param file the sample sheet, relative to the run folder, with slashes */
    record Sample(Instant time, long step, String file) implements Event {
        public Sample(long step, String file) {
            this(now(), step, file);
        }
    }

    /** Figures on held-out data. The best checkpoint is found by these lines ({@link Journal#best}). */
    record Evaluate(Instant time, long step, Scores scores) implements Event {
        public Evaluate(long step, Scores scores) {
            this(now(), step, scores);
        }
    }

    /** @param file the checkpoint, relative to the run folder, with slashes; it may have been deleted since */
    record Checkpoint(Instant time, long step, String file) implements Event {
        public Checkpoint(long step, String file) {
            this(now(), step, file);
        }
    }

    /** Something that does not stop the run but that its owner should know. */
    record Warning(Instant time, long step, String message) implements Event {
        public Warning(long step, String message) {
            this(now(), step, message);
        }
    }

    /** @param message one sentence where there is something to say, otherwise empty */
    record End(Instant time, long step, Reason reason, String message) implements Event {
        public End(long step, Reason reason, String message) {
            this(now(), step, reason, message);
        }
    }

    /** Why training ended. A run without an end is running, or was killed. */
    enum Reason {
        FINISHED,
        INTERRUPTED,
        FAILED
    }
}
