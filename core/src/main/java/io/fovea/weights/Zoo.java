package io.fovea.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fovea.FoveaException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds weights by zoo name, file or folder. The zoo is what jars on the class path bring under {@code /io/fovea/zoo}: {@code index.json},
 * an array of names, and for each name a folder with {@code weights.safetensors} and {@code card.json}.
 */
public final class Zoo {
    private static final String ROOT = "io/fovea/zoo/";
    private static final String WEIGHTS = "weights.safetensors";
    private static final int NEAREST = 3;

    private final ClassLoader loader;

    Zoo(ClassLoader loader) {
        this.loader = loader;
    }

    /** The zoo of the class path. */
    public static Zoo ofClassPath() {
        return new Zoo(Zoo.class.getClassLoader());
    }

    /** The cards of all weights in the zoo, by name in the order of the index. */
    public Map<String, Card> cards() {
        Map<String, Card> cards = new LinkedHashMap<>();
        for (String name : names()) {
            cards.put(name, card(name));
        }
        return cards;
    }

    /**
     * Opens weights: those of the zoo with this name, else the file, else the one weights file of the folder. {@code ./name} is always a
     * path.
     *
     * @param roots for torch files, see {@link TorchFile#tensors}
     * @throws FoveaException with the nearest names if there is nothing of that name; and as {@link WeightsFile#open}
     */
    public WeightsFile find(String nameOrPath, String... roots) {
        List<String> names = names();
        if (names.contains(nameOrPath)) {
            return ofZoo(nameOrPath);
        }
        Path path = path(nameOrPath);
        if (path != null && Files.isDirectory(path)) {
            return WeightsFile.open(inFolder(path), roots);
        }
        if (path != null && Files.exists(path)) {
            return WeightsFile.open(path, roots);
        }
        throw new FoveaException(
                "There are no weights " + FileBytes.quoted(nameOrPath) + ", neither in the zoo nor as a file or folder."
                        + (names.isEmpty()
                                ? " The zoo is empty: is fovea-zoo on the class path?"
                                : " Nearest in the zoo: " + nearest(nameOrPath, names) + "."));
    }

    private static @Nullable Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static Path inFolder(Path folder) {
        if (Files.exists(folder.resolve(WEIGHTS))) {
            return folder.resolve(WEIGHTS);
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(f -> f.toString().matches(".*\\.(safetensors|pth|pt)"))
                    .sorted()
                    .toList();
            if (found.size() != 1) {
                throw new FoveaException("The folder " + folder + " has no " + WEIGHTS + " and " + found.size()
                        + " other weights files (.safetensors, .pth, .pt). Name the file.");
            }
            return found.get(0);
        } catch (IOException e) {
            throw new FoveaException("The folder " + folder + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    // ---- the zoo's resources ----

    private List<String> names() {
        List<String> names = new ArrayList<>();
        try {
            for (URL index : Collections.list(loader.getResources(ROOT + "index.json"))) {
                try (InputStream in = index.openStream()) {
                    names.addAll(List.of(new ObjectMapper().readValue(in, String[].class)));
                }
            }
        } catch (IOException e) {
            throw new FoveaException("The index of the zoo cannot be read: " + e.getMessage() + ".", e);
        }
        return names.stream().distinct().toList();
    }

    private Card card(String name) {
        return Card.fromJson(new String(resource(name, "card.json"), StandardCharsets.UTF_8), "zoo:" + name);
    }

    private WeightsFile ofZoo(String name) {
        byte[] content = resource(name, WEIGHTS);
        String expected = card(name).sha256();
        if (!sha256(content).equals(expected)) {
            throw new FoveaException("The weights zoo:" + name + " have the sha256 " + sha256(content)
                    + ", their card says " + expected + "; the jar is damaged. Build or download it again.");
        }
        return WeightsFile.read(FileBytes.of("zoo:" + name, content));
    }

    private byte[] resource(String name, String file) {
        try (InputStream in = loader.getResourceAsStream(ROOT + name + "/" + file)) {
            if (in == null) {
                throw new FoveaException("The zoo lists " + name + " but has no " + file + " for it.");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new FoveaException(
                    "The zoo's " + file + " of " + name + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- nearest names ----

    private static String nearest(String name, List<String> names) {
        return String.join(
                ", ",
                names.stream()
                        .sorted(Comparator.comparingInt(n -> distance(name, n)))
                        .limit(NEAREST)
                        .toList());
    }

    /** Levenshtein: the fewest letters to insert, delete or replace. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
