package io.fovea.cli.autoencoder;

import io.fovea.autoencoder.NetworkConfig;
import io.fovea.autoencoder.RowSource;
import io.fovea.cli.CommonOptions;
import io.fovea.data.EncoderOptions;
import io.fovea.data.TableOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options on how a file is read, of all verbs that read rows; everything that is not given is found out. */
final class ReadingOptions {
    private static final class Group {
        @Option(names = "--delimiter", paramLabel = "C", description = "Between cells: , ; tab or | or any character.")
        private @Nullable String delimiter;

        @Option(names = "--quote", paramLabel = "C", description = "Around cells: \" or '.")
        private @Nullable Character quote;

        @Option(names = "--header", negatable = true, description = "Whether the first line names the columns.")
        private @Nullable Boolean header;

        @Option(names = "--encoding", paramLabel = "NAME", description = "Charset of the text, as utf-8 or latin1.")
        private @Nullable String encoding;

        @Option(names = "--decimal-comma", negatable = true, description = "Whether 1,5 is one and a half.")
        private @Nullable Boolean decimalComma;

        @Option(
                names = "--na",
                paramLabel = "WORD",
                split = ",",
                description = "More words for a missing cell, beside NA, N/A, NaN, null and ?.")
        private List<String> missing = new ArrayList<>();

        @Option(
                names = "--labels",
                paramLabel = "FILE",
                description = "IDX file with the labels of the pictures of an IDX file.")
        private @Nullable Path labels;
    }

    @ArgGroup(validate = false, order = 800, heading = "%nHow the file is read (what is not given is found out)%n")
    private final Group given = new Group();

    TableOptions table(CommonOptions options) {
        List<String> words = new ArrayList<>(TableOptions.MISSING);
        words.addAll(given.missing);
        return TableOptions.DEFAULT
                .withDelimiter(delimiter(options))
                .withQuote(given.quote)
                .withHeader(given.header)
                .withEncoding(given.encoding)
                .withDecimalComma(given.decimalComma)
                .withMissing(words);
    }

    private @Nullable Character delimiter(CommonOptions options) {
        String text = given.delimiter;
        if (text == null) {
            return null;
        }
        if (text.equalsIgnoreCase("tab") || text.equals("\\t")) {
            return '\t';
        }
        if (text.length() != 1) {
            throw options.wrongUsage("--delimiter " + text + " is not one character; write tab for a tabulator.");
        }
        return text.charAt(0);
    }

    /** A file to be read for a model, which knows the columns. */
    RowSource source(Path file, CommonOptions options) {
        return source(file, EncoderOptions.DEFAULT, null, options);
    }

    RowSource source(Path file, EncoderOptions encoder, NetworkConfig.@Nullable Image picture, CommonOptions options) {
        String labels = given.labels == null ? null : given.labels.toString();
        return new RowSource(file.toString(), labels, table(options), encoder, picture);
    }
}
