package io.fovea.cli;

/**
 * One thing that {@code doctor} looked at.
 *
 * @param advice what to do about it, a sentence; empty if there is nothing to do
 */
record Finding(String topic, State state, String value, String advice) {
    enum State {
        GOOD,
        SLOW,
        BROKEN;

        String mark() {
            return switch (this) {
                case GOOD -> "ok";
                case SLOW -> "slow";
                case BROKEN -> "FAIL";
            };
        }
    }

    static Finding good(String topic, String value) {
        return new Finding(topic, State.GOOD, value, "");
    }

    static Finding slow(String topic, String value, String advice) {
        return new Finding(topic, State.SLOW, value, advice);
    }

    static Finding broken(String topic, String value, String advice) {
        return new Finding(topic, State.BROKEN, value, advice);
    }
}
