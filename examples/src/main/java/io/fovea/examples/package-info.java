/** Small programs on top of Fovea, one file each. */
@org.jspecify.annotations.NullMarked
package io.fovea.examples;
