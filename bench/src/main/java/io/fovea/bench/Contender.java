package io.fovea.bench;

/** Something that can be timed. */
interface Contender {
    String name();

    /** Does {@code work}, as {@code step bf16}, so many times and returns the seconds that one took on average. */
    double seconds(String work, int times);
}
