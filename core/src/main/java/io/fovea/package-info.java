/** What everything in Fovea shares: the exception that its users see. */
@NullMarked
package io.fovea;

import org.jspecify.annotations.NullMarked;
