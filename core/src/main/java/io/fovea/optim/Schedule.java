package io.fovea.optim;

import io.fovea.FoveaException;
import java.util.List;

/**
 * A learning rate over a run, as data.
 *
 * @param kind its shape
 * @param rate where it starts, after the warm-up
 * @param floor where {@code cosine}, {@code restarts}, {@code linear} and {@code decay} end
 * @param warmup updates over which it rises linearly from 0; 0 for none
 * @param milestones {@code steps}: updates at which it is multiplied by {@code factor}; {@code linear}: the one at which the fall begins
 * @param factor {@code steps}: the multiplier
 * @param period {@code restarts}: updates of one cosine; {@code decay}: updates of the final cosine
 */
public record Schedule(
        Kind kind, double rate, double floor, long warmup, List<Long> milestones, double factor, long period) {
    public enum Kind {
        /** The same rate throughout. */
        CONSTANT,
        /** Half a cosine from rate to floor over the whole run. */
        COSINE,
        /** Half a cosine from rate to floor every {@code period} updates. */
        RESTARTS,
        /** Multiplied by {@code factor} at each milestone. */
        STEPS,
        /** Constant until the first milestone, then a straight line to the floor at the end. */
        LINEAR,
        /** Constant, and half a cosine to the floor over the last {@code period} updates: a run can be extended before it falls. */
        DECAY
    }

    public Schedule {
        if (rate <= 0 || floor < 0 || floor > rate) {
            throw new FoveaException("schedule: rate must be above 0 and floor between 0 and rate; they are " + rate
                    + " and " + floor + ".");
        }
        if (warmup < 0 || period < 0) {
            throw new FoveaException(
                    "schedule: warmup and period must not be negative; they are " + warmup + " and " + period + ".");
        }
        milestones = milestones == null ? List.of() : List.copyOf(milestones);
        if (kind == Kind.LINEAR && milestones.size() != 1) {
            throw new FoveaException("schedule: linear takes one milestone, the update at which the fall begins.");
        }
        if (kind == Kind.RESTARTS && period == 0) {
            throw new FoveaException("schedule: restarts needs a period.");
        }
    }

    public static Schedule constant(double rate) {
        return new Schedule(Kind.CONSTANT, rate, 0, 0, List.of(), 1, 0);
    }

    public static Schedule cosine(double rate, double floor) {
        return new Schedule(Kind.COSINE, rate, floor, 0, List.of(), 1, 0);
    }

    public static Schedule restarts(double rate, double floor, long period) {
        return new Schedule(Kind.RESTARTS, rate, floor, 0, List.of(), 1, period);
    }

    public static Schedule steps(double rate, double factor, Long... milestones) {
        return new Schedule(Kind.STEPS, rate, 0, 0, List.of(milestones), factor, 0);
    }

    public static Schedule decay(double rate, double floor, long warmup, long period) {
        return new Schedule(Kind.DECAY, rate, floor, warmup, List.of(), 1, period);
    }

    /** The rate of update {@code step} (from 0) in a run of {@code total}. */
    public double at(long step, long total) {
        double ramp = warmup > 0 ? Math.min(1, (step + 1.0) / warmup) : 1;
        return ramp
                * switch (kind) {
                    case CONSTANT -> rate;
                    case COSINE -> halfCosine(step, total);
                    case RESTARTS -> halfCosine(step % period, period);
                    case STEPS ->
                        rate
                                * Math.pow(
                                        factor,
                                        milestones.stream()
                                                .filter(m -> step >= m)
                                                .count());
                    case LINEAR -> {
                        double from = milestones.get(0);
                        double part = step < from ? 0 : Math.min(1, (step - from) / Math.max(1, total - from));
                        yield rate + (floor - rate) * part;
                    }
                    case DECAY -> step < total - period ? rate : halfCosine(step - (total - period), period);
                };
    }

    private double halfCosine(double step, double length) {
        double part = Math.min(1, step / Math.max(1, length));
        return floor + (rate - floor) * (1 + Math.cos(Math.PI * part)) / 2;
    }
}
