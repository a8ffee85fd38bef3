package io.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import io.fovea.torch.DType;
import io.fovea.torch.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
    @TempDir
    Path folder;

    /** The value of a key that must be there. */
    static <T> T at(Map<String, T> map, String key) {
        assertThat(map).containsKey(key);
        return Objects.requireNonNull(map.get(key));
    }

    static byte[] bytes(StoredTensor t) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        t.read(piece -> {
            byte[] copy = new byte[piece.remaining()];
            piece.get(copy);
            out.writeBytes(copy);
        });
        return out.toByteArray();
    }

    /** A file of this header and so many bytes of data, counting up from 0. */
    static byte[] file(String header, int data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        for (int i = 0; i < data; i++) {
            file.put((byte) i);
        }
        return file.array();
    }

    private static Safetensors read(byte[] content) {
        return Safetensors.read(FileBytes.of("f.safetensors", content));
    }

    @Test
    void aFileMadeByHandIsRead() {
        Safetensors f = read(file(
                "{\"__metadata__\":{\"k\":\"v\"},\"b\":{\"dtype\":\"I16\",\"shape\":[2,1],\"data_offsets\":[4,8]},"
                        + "\"a\":{\"data_offsets\":[0,4],\"shape\":[],\"dtype\":\"F32\",\"more\":{\"x\":[1]}},"
                        + "\"none\":{\"dtype\":\"F64\",\"shape\":[3,0],\"data_offsets\":[8,8]}}   ",
                8));
        assertThat(f.metadata()).containsExactly(Map.entry("k", "v"));
        assertThat(f.tensors()).containsOnlyKeys("b", "a", "none");
        assertThat(at(f.tensors(), "b").shape()).containsExactly(2, 1);
        assertThat(bytes(at(f.tensors(), "b"))).containsExactly(4, 5, 6, 7);
        assertThat(at(f.tensors(), "a").shape()).isEmpty();
        assertThat(bytes(at(f.tensors(), "a"))).containsExactly(0, 1, 2, 3);
        assertThat(bytes(at(f.tensors(), "none"))).isEmpty();
    }

    @Test
    void everyTypeComesBackAsItWasWritten() {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (DType t : DType.values()) {
            byte[] data = new byte[6 * t.bytes()];
            Arrays.fill(data, (byte) (t.name().hashCode() | 1));
            tensors.put("tensor " + t, StoredTensor.of(t, new long[] {2, 3}, FileBytes.of("m", data), 0));
        }
        Path path = folder.resolve("all.safetensors");
        Safetensors.write(path, tensors, Map.of("é", "\"\n"));
        Safetensors back = Safetensors.open(path);
        assertThat(back.metadata()).containsExactly(Map.entry("é", "\"\n"));
        assertThat(back.tensors()).hasSameSizeAs(tensors);
        tensors.forEach((name, t) -> {
            assertThat(at(back.tensors(), name).dtype()).isEqualTo(t.dtype());
            assertThat(at(back.tensors(), name).shape()).containsExactly(2, 3);
            assertThat(bytes(at(back.tensors(), name))).isEqualTo(bytes(t));
            try (Tensor loaded = at(back.tensors(), name).toTensor()) {
                assertThat(loaded.dtype()).isEqualTo(t.dtype());
                assertThat(loaded.toBytes()).isEqualTo(bytes(t));
            }
        });
    }

    @Test
    void whatIsWrittenIsAlignedAndInTheSameOrderWhateverTheMapsOrder() throws IOException {
        StoredTensor small = StoredTensor.of(DType.U8, new long[] {3}, FileBytes.of("m", new byte[] {7, 8, 9}), 0);
        StoredTensor large = StoredTensor.of(DType.F64, new long[] {1}, FileBytes.of("m", new byte[8]), 0);
        Map<String, StoredTensor> one = new LinkedHashMap<>(Map.of("a", small));
        one.put("b", large);
        Map<String, StoredTensor> other = new LinkedHashMap<>(Map.of("b", large));
        other.put("a", small);
        Safetensors.write(folder.resolve("1"), one, Map.of());
        Safetensors.write(folder.resolve("2"), other, Map.of());
        byte[] content = Files.readAllBytes(folder.resolve("1"));
        assertThat(content).isEqualTo(Files.readAllBytes(folder.resolve("2")));
        assertThat(content[0] % 8).isZero();
        assertThat(content).endsWith(0, 0, 0, 0, 0, 0, 0, 0, 7, 8, 9);
        assertThat(new String(content, StandardCharsets.UTF_8))
                .contains("{\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},\"a\":");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}|4|not valid JSON",
                "x{}|0|does not begin with {",
                " {}|0|does not begin with {",
                "{} x|0|not valid JSON",
                "{}{}|0|after the closing brace",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|8|names a key twice",
                "{'a':{'dtype':'F32','dtype':'F32','shape':[1],'data_offsets':[0,4]}}|4|names a key twice",
                "{'a':{'dtype':'F31','shape':[1],'data_offsets':[0,4]}}|4|\"a\" has the dtype \"F31\"",
                "{'a':{'dtype':32,'shape':[1],'data_offsets':[0,4]}}|4|\"a\" has the dtype of no string",
                "{'a':{'shape':[1],'data_offsets':[0,4]}}|4|\"a\" lacks one of",
                "{'a':{'dtype':'F32','data_offsets':[0,4]}}|4|\"a\" lacks one of",
                "{'a':{'dtype':'F32','shape':[1]}}|4|\"a\" lacks one of",
                "{'a':[]}|0|\"a\" is not described by an object",
                "{'a':{'dtype':'F32','shape':1,'data_offsets':[0,4]}}|4|\"a\" has a shape that is not an array",
                "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}|4|\"a\" has \"-1\" in its shape",
                "{'a':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}}|4|\"a\" has \"1.0\" in its shape",
                "{'a':{'dtype':'F32','shape':[18446744073709551617],'data_offsets':[0,4]}}|4|in its shape",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4,4]}}|4|has 3 data_offsets",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}}|4|begins at byte 4, after its end",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|4|\"a\" ends at byte 8 of the data, which has only 4",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|4|takes 8 bytes as F32 [2]",
                "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,0]}}|0|size overflows",
                "{'a':{'dtype':'F32','shape':[4611686018427387904],'data_offsets':[0,0]}}|0|size overflows",
                "{'a':{'dtype':'F32','shape':[0,4611686018427387904,4],'data_offsets':[0,0]}}|0|size overflows",
                "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'b':{'dtype':'U8','shape':[1],'data_offsets':[2,3]}}|3|no holes",
                "{'a':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}}|2|no holes",
                "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},'b':{'dtype':'U8','shape':[2],'data_offsets':[1,3]}}|3|no overlaps",
                "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]}}|3|1 bytes of data that belong to no tensor",
                "{}|3|3 bytes of data that belong to no tensor",
                "{'__metadata__':{'k':1}}|0|\"k\" in __metadata__ is not a string",
                "{'__metadata__':{'k':null}}|0|\"k\" in __metadata__ is not a string",
                "{'__metadata__':[]}|0|__metadata__ is not an object",
                "{'a':[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}|0|not described by an object",
                "{'a':{'x':[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}}|0|not valid JSON",
            })
    void aBrokenRuleIsNamed(String header, int data, String rule) {
        byte[] content = file(header.replace('\'', '"').replace("| ", ""), data);
        assertThatThrownBy(() -> read(content))
                .isExactlyInstanceOf(FoveaException.class)
                .hasMessageStartingWith("f.safetensors is not a valid safetensors file: ")
                .hasMessageContaining(rule);
    }

    @Test
    void lyingHeaderLengthsAndCutFilesAreNamed() {
        assertThatThrownBy(() -> read(new byte[7])).hasMessageContaining("it has 7 bytes");
        byte[] content = file("{}", 0);
        for (long claim : new long[] {3, 100_000_000, Integer.MAX_VALUE, Long.MAX_VALUE, -1}) {
            ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putLong(0, claim);
            assertThatThrownBy(() -> read(content))
                    .hasMessageContaining("its header claims " + Long.toUnsignedString(claim) + " bytes");
        }
        byte[] latin1 = file("{\"??\":1}", 0);
        latin1[10] = (byte) 0xe9;
        assertThatThrownBy(() -> read(latin1)).hasMessageContaining("not valid UTF-8");
    }

    @Test
    void aMappedFileGivesTheSameValuesWhereTensorsCrossItsPieces() throws IOException {
        byte[] content = file(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[50],\"data_offsets\":[0,50]},\"b\":{\"dtype\":\"I32\",\"shape\":[3],\"data_offsets\":[50,62]}}",
                62);
        Path path = Files.write(folder.resolve("mapped"), content);
        Safetensors mapped = Safetensors.read(FileBytes.open(path, 0, 16));
        Safetensors whole = read(content);
        for (String name : List.of("a", "b")) {
            assertThat(bytes(at(mapped.tensors(), name))).isEqualTo(bytes(at(whole.tensors(), name)));
        }
        int[] pieces = {0};
        at(mapped.tensors(), "a").read(piece -> {
            pieces[0]++;
            assertThat(piece.isReadOnly()).isTrue();
        });
        assertThat(pieces[0]).isGreaterThan(3);
    }

    @Test
    void nothingIsOverwrittenUnaskedAndNothingIsLeftBehind() throws IOException {
        Map<String, StoredTensor> one =
                Map.of("a", StoredTensor.of(DType.U8, new long[] {1}, FileBytes.of("m", new byte[] {1}), 0));
        Path path = folder.resolve("w.safetensors");
        Safetensors.write(path, one, Map.of());
        assertThatThrownBy(() -> Safetensors.write(path, Map.of(), Map.of()))
                .isExactlyInstanceOf(FoveaException.class)
                .hasMessageContaining("exists already");
        assertThat(Safetensors.open(path).tensors()).containsOnlyKeys("a");
        Safetensors.replace(path, Map.of(), Map.of());
        assertThat(Safetensors.open(path).tensors()).isEmpty();

        StoredTensor lying = new StoredTensor(DType.F32, new long[] {2}, use -> use.accept(ByteBuffer.allocate(4)));
        assertThatThrownBy(() -> Safetensors.replace(path, Map.of("x", lying), Map.of()))
                .hasMessageContaining("gave 4 bytes instead of 8");
        assertThat(Safetensors.open(path).tensors()).isEmpty();
        assertThatThrownBy(() -> Safetensors.write(folder.resolve("no/such"), one, Map.of()))
                .hasMessageContaining("the folder " + folder.resolve("no") + " does not exist");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(path);
        }
    }
}
