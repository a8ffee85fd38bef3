package io.fovea.report;

import io.fovea.train.Event;
import io.fovea.train.Journal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a journal says in sum.
 *
 * @param step steps done
 * @param steps steps planned
 * @param sessions the stretches of training, one per start and resume
 * @param end how the last session ended, or null where it runs or broke off
 * @param stepsPerSecond of late, with all that happens between steps; 0 if unknown
 * @param waited mean share of time waited for data in [0,1], NaN if unknown
 */
record RunSummary(
        Event.Start start,
        long step,
        long steps,
        List<Session> sessions,
        Event.@Nullable End end,
        double stepsPerSecond,
        double waited,
        Optional<Event.Evaluate> best,
        List<Event> events) {
    /** A stretch without a break. */
    record Session(long firstStep, long lastStep, Instant from, Instant to, long lostBefore) {
        Duration length() {
            return Duration.between(from, to);
        }
    }

    private static final int RECENT = 20;

    static RunSummary of(List<Event> events) {
        Event.Start start = (Event.Start) events.get(0);
        long steps = start.steps();
        Event.End end = null;
        List<Session> sessions = new ArrayList<>();
        for (Event event : events) {
            if (event instanceof Event.Start || event instanceof Event.Resume) {
                long lost = event instanceof Event.Resume resume ? resume.lostSteps() : 0;
                sessions.add(new Session(event.step(), event.step(), event.time(), event.time(), lost));
                end = null;
            } else {
                Session session = sessions.remove(sessions.size() - 1);
                sessions.add(
                        new Session(session.firstStep, event.step(), session.from, event.time(), session.lostBefore));
            }
            if (event instanceof Event.Resume resume) {
                steps = resume.steps();
            } else if (event instanceof Event.End last) {
                end = last;
            }
        }
        return new RunSummary(
                start,
                events.get(events.size() - 1).step(),
                steps,
                List.copyOf(sessions),
                end,
                speed(events),
                of(events, Event.Step.class).stream()
                        .mapToDouble(Event.Step::waited)
                        .average()
                        .orElse(Double.NaN),
                Journal.best(events),
                events);
    }

    static <T extends Event> List<T> of(List<Event> events, Class<T> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends Event> List<T> all(Class<T> kind) {
        return of(events, kind);
    }

    Instant lastChange() {
        return events.get(events.size() - 1).time();
    }

    Duration trained() {
        return sessions.stream().map(Session::length).reduce(Duration.ZERO, Duration::plus);
    }

    /** Time of training before {@code moment}, pauses between sessions left out. */
    Duration trainedUntil(Instant moment) {
        Duration sum = Duration.ZERO;
        for (Session session : sessions) {
            if (session.from.isBefore(moment)) {
                sum = sum.plus(Duration.between(session.from, moment.isBefore(session.to) ? moment : session.to));
            }
        }
        return sum;
    }

    private static double speed(List<Event> events) {
        List<Event.Step> recent = new ArrayList<>();
        for (int i = events.size() - 1; i >= 0 && recent.size() < RECENT; i--) {
            if (events.get(i) instanceof Event.Step step) {
                recent.add(0, step);
            } else if (events.get(i) instanceof Event.Resume && !recent.isEmpty()) {
                break;
            }
        }
        if (recent.size() < 2) {
            return 0;
        }
        Event.Step first = recent.get(0);
        Event.Step last = recent.get(recent.size() - 1);
        double seconds = Duration.between(first.time(), last.time()).toMillis() / 1e3;
        return seconds > 0 ? (last.step() - first.step()) / seconds : 0;
    }
}
