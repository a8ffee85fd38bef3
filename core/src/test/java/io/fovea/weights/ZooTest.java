package io.fovea.weights;

import static io.fovea.weights.SafetensorsTest.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.torch.DType;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooTest {
    private static final byte[] WEIGHTS =
            SafetensorsTest.file("{\"w\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2);

    @TempDir
    Path folder;

    private URLClassLoader loader;
    private Zoo zoo;

    /** A jar as the zoo module makes it. */
    @BeforeEach
    void jar() throws Exception {
        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(WEIGHTS));
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(
                "io/fovea/zoo/index.json",
                "[\"srgan-x4\", \"srresnet-x4\", \"damaged\"]".getBytes(StandardCharsets.UTF_8));
        for (String name : new String[] {"srgan-x4", "srresnet-x4"}) {
            entries.put("io/fovea/zoo/" + name + "/weights.safetensors", WEIGHTS);
            entries.put(
                    "io/fovea/zoo/" + name + "/card.json",
                    CardTest.card(name, sum).toJson().getBytes(StandardCharsets.UTF_8));
        }
        entries.put("io/fovea/zoo/damaged/weights.safetensors", SafetensorsTest.file("{}", 0));
        entries.put(
                "io/fovea/zoo/damaged/card.json",
                CardTest.card("damaged", sum).toJson().getBytes(StandardCharsets.UTF_8));
        Path jar = Files.write(folder.resolve("zoo.jar"), TorchWriter.zip(entries, ZipEntry.DEFLATED));
        loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
        zoo = new Zoo(loader);
    }

    @AfterEach
    void close() throws IOException {
        loader.close();
    }

    @Test
    void weightsAreFoundByNameThenFileThenFolder() throws IOException {
        WeightsFile shipped = zoo.find("srgan-x4");
        assertThat(shipped.name()).isEqualTo("zoo:srgan-x4");
        assertThat(at(shipped.tensors(), "w").dtype()).isEqualTo(DType.U8);
        assertThat(zoo.cards()).containsOnlyKeys("srgan-x4", "srresnet-x4", "damaged");
        assertThat(at(zoo.cards(), "srresnet-x4").name()).isEqualTo("srresnet-x4");

        Path run = Files.createDirectory(folder.resolve("run"));
        Path file = Files.write(run.resolve("a.safetensors"), WEIGHTS);
        assertThat(zoo.find(file.toString()).name()).isEqualTo(file.toString());
        assertThat(zoo.find(run.toString()).name()).isEqualTo(file.toString());
        Files.write(run.resolve("b.pth"), WEIGHTS);
        assertThatThrownBy(() -> zoo.find(run.toString())).hasMessageContaining("2 other weights files");
        Path named = Files.write(run.resolve("weights.safetensors"), WEIGHTS);
        assertThat(zoo.find(run.toString()).name()).isEqualTo(named.toString());
    }

    @Test
    void aWrongNameIsAnsweredWithTheNearest() {
        assertThatThrownBy(() -> zoo.find("srgan-x5"))
                .hasMessage("There are no weights \"srgan-x5\", neither in the zoo nor as a file or folder."
                        + " Nearest in the zoo: srgan-x4, srresnet-x4, damaged.");
        assertThatThrownBy(() -> zoo.find("a\0b")).hasMessageContaining("There are no weights");
        Zoo empty = new Zoo(new URLClassLoader(new URL[0], null));
        assertThat(empty.cards()).isEmpty();
        assertThatThrownBy(() -> empty.find("srgan-x4")).hasMessageContaining("is fovea-zoo on the class path?");
    }

    @Test
    void damagedWeightsAreNotUsed() {
        assertThatThrownBy(() -> zoo.find("damaged")).hasMessageContaining("the jar is damaged");
    }
}
