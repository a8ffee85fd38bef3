/**
 * What does a person look at? {@link io.fovea.report.HtmlPage} is the frame that all pages of Fovea share, {@link io.fovea.report.Plot} draws
 * curves as SVG, {@link io.fovea.report.RunReport} shows a training run. Pages are single files that need no network.
 */
@NullMarked
package io.fovea.report;

import org.jspecify.annotations.NullMarked;
