package io.fovea.cli.autoencoder;

import io.fovea.autoencoder.NetworkConfig;
import io.fovea.autoencoder.RowSource;
import io.fovea.cli.CommonOptions;
import io.fovea.data.EncoderOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options on what a table's columns are for, of the verbs that fit maps. */
final class ColumnOptions {
    private static final Pattern PICTURE = Pattern.compile("([1-9]\\d{0,3})x([1-9]\\d{0,3})(?:x([13]))?");

    private static final class Group {
        @Option(
                names = "--label",
                paramLabel = "COLUMN",
                description = "Kept aside, for colours and scores (default: a last column called label).")
        private @Nullable String label;

        @Option(names = "--id", paramLabel = "COLUMN", split = ",", description = "Names a row; kept aside.")
        private List<String> ids = new ArrayList<>();

        @Option(names = "--ignore", paramLabel = "COLUMN", split = ",", description = "Left out.")
        private List<String> ignored = new ArrayList<>();

        @Option(
                names = "--categorical",
                paramLabel = "COLUMN",
                split = ",",
                description = "Its values are levels, even if they are numbers.")
        private List<String> categorical = new ArrayList<>();

        @Option(
                names = "--numeric",
                paramLabel = "COLUMN",
                split = ",",
                description = "Used even if it looks like row numbers.")
        private List<String> numeric = new ArrayList<>();

        @Option(
                names = "--scaler",
                paramLabel = "HOW",
                description = "standard, minmax, robust, log1p, common or none"
                        + " (default: standard; common, one scale for all columns, with --picture).")
        private EncoderOptions.@Nullable Scaler scaler;

        @Option(
                names = "--missing",
                paramLabel = "HOW",
                description = "Missing cells: refuse, or median to fill it in (default: refuse).")
        private EncoderOptions.Missing missing = EncoderOptions.Missing.REFUSE;

        @Option(
                names = "--max-levels",
                paramLabel = "N",
                description = "A text column of more is left out (default: 50).")
        private int maxLevels = EncoderOptions.DEFAULT.maxLevels();

        @Option(
                names = "--picture",
                paramLabel = "HxW[xC]",
                description = "Size that pictures are brought to; of a table, whose columns are their pixels.")
        private @Nullable String picture;
    }

    @ArgGroup(validate = false, order = 700, heading = "%nColumns%n")
    private final Group given = new Group();

    RowSource source(Path file, ReadingOptions reading, CommonOptions options) {
        RowSource plain = reading.source(file, options);
        boolean pictures = plain.holdsPictures();
        EncoderOptions.Scaler scaler = given.scaler != null
                ? given.scaler
                : given.picture == null ? EncoderOptions.Scaler.STANDARD : EncoderOptions.Scaler.COMMON;
        EncoderOptions encoder = new EncoderOptions(
                given.label,
                given.ids,
                given.ignored,
                given.categorical,
                given.numeric,
                scaler,
                given.missing,
                given.maxLevels);
        return reading.source(file, encoder, picture(pictures && !idx(file), options), options);
    }

    private static boolean idx(Path file) {
        return java.nio.file.Files.isRegularFile(file)
                && !file.toString().toLowerCase(java.util.Locale.ROOT).endsWith(".zip");
    }

    private NetworkConfig.@Nullable Image picture(boolean colours, CommonOptions options) {
        if (given.picture == null) {
            return null;
        }
        Matcher size = PICTURE.matcher(given.picture);
        if (!size.matches()) {
            throw options.wrongUsage("--picture " + given.picture
                    + " is not a height and a width, as 28x28, with x1 for grey or x3 for colours after it.");
        }
        int channels = size.group(3) == null ? (colours ? 3 : 1) : Integer.parseInt(size.group(3));
        return new NetworkConfig.Image(channels, Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
    }
}
