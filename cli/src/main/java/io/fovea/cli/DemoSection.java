package io.fovea.cli;

import java.nio.file.Path;
import java.util.function.Consumer;

/** What a system shows on the page of {@code fovea demo}. */
public interface DemoSection {
    /** The system's name on the command line; also the section's anchor and the folder of its pictures. */
    String name();

    /** The system's name as its paper writes it, as text; stands in the page's navigation. */
    String title();

    /** The section's heading, as text. */
    String heading();

    /**
     * Computes the section.
     *
     * @param folder an empty folder beside the page, of the name {@link #name()}, for its pictures
     * @param progress is told in a line what is being done
     * @return the section's HTML below its heading; names pictures relative to the page
     */
    String write(Path folder, Consumer<String> progress);
}
