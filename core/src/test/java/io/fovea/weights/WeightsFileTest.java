package io.fovea.weights;

import static io.fovea.weights.SafetensorsTest.at;
import static io.fovea.weights.TorchWriter.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import io.fovea.torch.DType;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightsFileTest {
    @TempDir
    Path folder;

    private static WeightsFile read(byte[] content, String... roots) {
        return WeightsFile.read(FileBytes.of("w.bin", content), roots);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void theFormatIsKnownByTheContent() {
        byte[] safetensors =
                SafetensorsTest.file("{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
        assertThat(read(safetensors).format()).isEqualTo(WeightsFile.Format.SAFETENSORS);
        List<byte[]> torch = TorchWriter.both(TorchWriter.pair(), floats(1, 2));
        assertThat(read(torch.get(0)).format()).isEqualTo(WeightsFile.Format.TORCH_ZIP);
        assertThat(read(torch.get(1)).format()).isEqualTo(WeightsFile.Format.TORCH_LEGACY);
        for (byte[] content : List.of(safetensors, torch.get(0), torch.get(1))) {
            assertThat(read(content).tensors()).containsOnlyKeys("w");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|is empty (0 bytes)",
                "<!DOCTYPE html><html><head><title>404</title>|is a web page",
                "version https://git-lfs.github.com/spec/v1|is a git-lfs pointer",
                "Entry not found|is a text file that begins with \"Entry not found\"",
                "{\"error\": \"no\"}|is a text file that begins with \"{\"error\": \"no\"}\"",
            })
    void textsAreNamed(String content, String what) {
        assertThatThrownBy(() -> read(ascii(content)))
                .isExactlyInstanceOf(FoveaException.class)
                .hasMessageStartingWith("w.bin " + what)
                .hasMessageEndingWith("A safetensors file or a .pth file of torch.save was expected.");
    }

    @ParameterizedTest
    @CsvSource({
        "89484446 0d0a1a0a 00000000, is an HDF5 file",
        "934e554d505901007600, is a single NumPy array",
        "0807 12 07 7079746f726368 1a05 322e312e30 3a80, is an ONNX model",
        "8002 7d 71 00 2e 0000000000000000, 'is a Python pickle, but not one of torch.save'",
        "89504e470d0a1a0a0000000d, is a PNG picture",
        "1f8b0800000000000003, is gzip-compressed",
        "0001020304050607080910, is of no kind that Fovea knows",
    })
    void foreignFilesAreNamed(String hex, String what) {
        byte[] content = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThatThrownBy(() -> read(Arrays.copyOf(content, content.length + 20)))
                .hasMessageStartingWith("w.bin " + what);
    }

    @Test
    void otherArchivesAreNamed() {
        byte[] pickle = TorchWriter.pair();
        assertThatThrownBy(() ->
                        read(TorchWriter.zip(Map.of("m/data.pkl", pickle, "m/code/x.py", pickle), ZipEntry.STORED)))
                .hasMessageContaining("is a TorchScript program");
        assertThatThrownBy(() -> read(TorchWriter.zip(Map.of("params.npy", pickle), ZipEntry.STORED)))
                .hasMessageContaining("is a NumPy archive (.npz)");
        assertThatThrownBy(() -> read(TorchWriter.zip(Map.of("word/document.xml", pickle), ZipEntry.STORED)))
                .hasMessageContaining("is a zip archive with 0 entries */data.pkl");
        byte[] tar = new byte[1024];
        System.arraycopy(ascii("ustar"), 0, tar, 257, 5);
        assertThatThrownBy(() -> read(tar)).hasMessageContaining("is a tar archive");
    }

    @Test
    void pathsThatAreNoFilesAreNamed() {
        assertThatThrownBy(() -> WeightsFile.open(folder)).hasMessageContaining("is a folder");
        assertThatThrownBy(() -> WeightsFile.open(folder.resolve("no.pth"))).hasMessageContaining("There is no file");
    }

    @Test
    void prefixesOfWrappedModulesAreTakenOffWhereAllTensorsHaveThem() {
        TorchWriter w = new TorchWriter().raw('}');
        for (String name : List.of("_orig_mod.module.a.module.weight", "_orig_mod.module.b")) {
            w.text(name).tensor("0", 2, 0, new long[] {2}, new long[] {1}).raw('s');
        }
        byte[] wrapped = w.end();
        assertThat(read(TorchWriter.legacy(wrapped, floats(1, 2))).tensors()).containsOnlyKeys("a.module.weight", "b");
        byte[] partly = new TorchWriter()
                .raw('}')
                .text("module.a")
                .tensor("0", 2, 0, new long[] {2}, new long[] {1})
                .raw('s')
                .text("b")
                .tensor("0", 2, 0, new long[] {2}, new long[] {1})
                .raw('s')
                .end();
        assertThat(read(TorchWriter.legacy(partly, floats(1, 2))).tensors()).containsOnlyKeys("module.a", "b");
    }

    // ---- tensors ----

    @Test
    void tensorsAreSavedAndLoaded() {
        Path path = folder.resolve("w.safetensors");
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("a", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
            tensors.put("turned", F.permute(at(tensors, "a"), 1, 0));
            tensors.put("one", Tensor.of(new long[] {-7}));
            tensors.put("none", Tensor.zeros(0, 3));
            WeightsFile.save(tensors, WeightsFormat.metadata("srgan", "{\"blocks\":16}", null), path);
        }
        WeightsFile file = WeightsFile.open(path);
        assertThat(file.system()).contains("srgan");
        assertThat(file.config()).contains("{\"blocks\":16}");
        assertThat(file.card()).isEmpty();
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> back = file.load();
            assertThat(at(back, "a").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(at(back, "a").shape()).containsExactly(2, 3);
            assertThat(at(back, "turned").toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
            assertThat(at(back, "one").toLongs()).containsExactly(-7);
            assertThat(at(back, "one").dtype()).isEqualTo(DType.I64);
            assertThat(at(back, "none").shape()).containsExactly(0, 3);
        }
        assertThatThrownBy(() -> WeightsFile.save(Map.of(), Map.of(), path)).hasMessageContaining("exists already");
        WeightsFile.replace(Map.of(), Map.of(), path);
        assertThat(WeightsFile.open(path).tensors()).isEmpty();
    }

    @Test
    void halfPrecisionIsWidenedUnlessTheExactTypeIsAskedFor() {
        Path path = folder.resolve("half.safetensors");
        try (Scope scope = Scope.open()) {
            Tensor t = Tensor.of(new float[] {0.5f, -2, 1 / 3f}, 3);
            WeightsFile.save(
                    Map.of("h", t.to(DType.F16), "b", t.to(DType.BF16), "d", t.to(DType.F64), "f", t), Map.of(), path);
            Map<String, Tensor> exact = WeightsFile.open(path).loadExact();
            assertThat(at(exact, "h").dtype()).isEqualTo(DType.F16);
            assertThat(at(exact, "b").dtype()).isEqualTo(DType.BF16);
        }
        Map<String, Tensor> loaded = WeightsFile.open(path).load();
        assertThat(at(loaded, "h").dtype()).isEqualTo(DType.F32);
        assertThat(at(loaded, "b").dtype()).isEqualTo(DType.F32);
        assertThat(at(loaded, "d").dtype()).isEqualTo(DType.F64);
        assertThat(at(loaded, "h").toFloats()).containsExactly(0.5f, -2, 0.33325195f);
        assertThat(at(loaded, "f").toFloats()).containsExactly(0.5f, -2, 1 / 3f);
        loaded.values().forEach(Tensor::close);
    }

    @Test
    void torchFilesBecomeTensors() {
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> t =
                    read(TorchFileTest.resource("mixed_zip.pth"), "params").load();
            assertThat(at(t, "t").toFloats()).containsExactly(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11);
            assertThat(at(t, "h").toFloats()).containsExactly(0.5f, -2);
            assertThat(at(t, "bf").toFloats()).containsExactly(0.5f, -2);
            assertThat(at(t, "b").toLongs()).containsExactly(1, 0, 1);
        }
    }

    @Test
    void aNewerFormatIsRefusedWithWhatToDo() {
        for (String version : List.of("2", "17")) {
            byte[] content = SafetensorsTest.file("{\"__metadata__\":{\"fovea.format\":\"" + version + "\"}}", 0);
            assertThatThrownBy(() -> read(content))
                    .hasMessage("w.bin has version " + version
                            + " of Fovea's weights format, this Fovea reads up to version 1."
                            + " Upgrade Fovea to use it.");
        }
        byte[] nonsense = SafetensorsTest.file("{\"__metadata__\":{\"fovea.format\":\"new\"}}", 0);
        assertThatThrownBy(() -> read(nonsense)).hasMessageContaining("a number was expected");
        assertThat(read(SafetensorsTest.file("{\"__metadata__\":{\"fovea.format\":\"1\"}}", 0))
                        .system())
                .isEmpty();
    }

    @Test
    void aTensorThatDoesNotGiveItsBytesIsAnError() throws IOException {
        Path path = Files.write(folder.resolve("x"), new byte[4]);
        StoredTensor lying = new StoredTensor(
                DType.F32, new long[] {2}, use -> FileBytes.open(path).read(0, 4, use));
        assertThatThrownBy(lying::toTensor)
                .isExactlyInstanceOf(FoveaException.class)
                .hasMessageContaining("takes 8 bytes, 4 were given");
    }
}
