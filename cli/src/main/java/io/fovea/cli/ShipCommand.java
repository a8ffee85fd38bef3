package io.fovea.cli;

import io.fovea.AtomicFile;
import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.torch.DType;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.weights.Card;
import io.fovea.weights.WeightsFile;
import io.fovea.weights.WeightsFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea <system> ship}: for Fovea's developers, puts weights into the zoo. */
@Command(
        name = "ship",
        hidden = true,
        header = "Put weights into the zoo",
        footer = {
            "",
            "FOLDER is named after the weights and holds the card.json that a person wrote. The command writes weights.safetensors beside it,",
            "completes the card's parameters, format and sha256, and enters the name into the index.json of the folder above."
        })
final class ShipCommand implements Runnable {
    private static final int FORMAT = WeightsFormat.VERSION;

    private final VisionSystem<?> system;

    @Parameters(index = "0", paramLabel = "WEIGHTS", description = "File or run folder.")
    @SuppressWarnings("NullAway.Init")
    private String weights;

    @Parameters(index = "1", paramLabel = "FOLDER", description = "The zoo's folder for these weights.")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(names = "--half", description = "Store float16; they are read to float32.")
    private boolean half;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    ShipCommand(VisionSystem<?> system) {
        this.system = system;
    }

    @Override
    public void run() {
        options.startEngine();
        Path cardFile = folder.resolve("card.json");
        Path file = folder.resolve("weights.safetensors");
        try (Weights opened = system.open(weights)) {
            Card written = Card.fromJson(Files.readString(cardFile), cardFile.toString());
            Card card = complete(written, opened.whole().parameterCount());
            Map<String, String> metadata = WeightsFormat.metadata(system.name(), Json.writeLine(opened.config()), card);
            try (Scope scope = Scope.open()) {
                Map<String, Tensor> tensors = new LinkedHashMap<>();
                opened.whole()
                        .state()
                        .forEach((name, t) -> tensors.put(name, half && t.dtype() == DType.F32 ? t.to(DType.F16) : t));
                WeightsFile.replace(tensors, metadata, file);
            }
            AtomicFile.write(cardFile, card.withSha256(sha256(file)).toJson() + "\n");
            enter(card.name());
            options.print(new Result(
                    file + "  " + Files.size(file) + " bytes\n",
                    Map.of("output", file.toString(), "bytes", Files.size(file))));
        } catch (IOException e) {
            throw FoveaException.cannotRead(cardFile, e);
        }
    }

    private Card complete(Card c, long parameters) {
        if (!c.name().equals(folder.getFileName().toString()) || !c.system().equals(system.name())) {
            throw new FoveaException("The card in " + folder + " is of " + c.name() + " (" + c.system()
                    + "); the folder's name and " + system.name() + " were expected.");
        }
        return new Card(
                c.name(),
                c.system(),
                c.architecture(),
                parameters,
                c.trainingData(),
                c.licence(),
                c.command(),
                c.trained(),
                c.figures(),
                c.limits(),
                null,
                FORMAT);
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void enter(String name) throws IOException {
        Path index = folder.resolveSibling("index.json");
        TreeSet<String> names = new TreeSet<>();
        if (Files.exists(index)) {
            Json.tree(Files.readString(index), index.toString()).forEach(n -> names.add(n.asText()));
        }
        names.add(name);
        AtomicFile.write(index, Json.write(names) + "\n");
    }
}
