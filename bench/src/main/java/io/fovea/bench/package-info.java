/** Fovea beside its peers, timed in turn in one run, so that what else the machine does falls on both. */
@org.jspecify.annotations.NullMarked
package io.fovea.bench;
