package io.fovea.weights;

import static io.fovea.weights.SafetensorsTest.at;
import static io.fovea.weights.SafetensorsTest.bytes;
import static io.fovea.weights.TorchWriter.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import io.fovea.torch.DType;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchFileTest {
    /** Files of torch.save 1.13, the same content in both formats. */
    static byte[] resource(String name) {
        try (InputStream in = TorchFileTest.class.getResourceAsStream("/weights/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static TorchFile read(byte[] content) {
        return TorchFile.read(FileBytes.of("f.pth", content));
    }

    private static void refused(ThrowingCallable reading, String reason) {
        assertThatThrownBy(reading)
                .isExactlyInstanceOf(FoveaException.class)
                .hasMessageStartingWith("f.pth ")
                .hasMessageContaining(reason);
    }

    /** Both containers around a pickle that needs a storage of two floats. */
    private static void refused(byte[] pickle, String reason) {
        for (byte[] content : TorchWriter.both(pickle, floats(1, 2))) {
            refused(() -> read(content), reason);
        }
    }

    private static double[] values(StoredTensor t) {
        ByteBuffer data = ByteBuffer.wrap(bytes(t)).order(ByteOrder.LITTLE_ENDIAN);
        double[] values = new double[data.remaining() / t.dtype().bytes()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (t.dtype()) {
                case F32 -> data.getFloat();
                case I64 -> data.getLong();
                case F16, BF16 -> data.getShort();
                case BOOL, U8 -> data.get() & 0xff;
                default -> throw new IllegalStateException();
            };
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mixed_zip.pth", "mixed_legacy.pth"})
    void filesOfTorchAreRead(String name) {
        TorchFile file = read(resource(name));
        Map<?, ?> root = (Map<?, ?>) Objects.requireNonNull(file.root());
        assertThat(root.get("epoch")).isEqualTo(3L);
        assertThat(root.get("best")).isEqualTo(0.25);
        assertThat(root.get("done")).isEqualTo(true);
        assertThat(root.get("big")).isEqualTo(BigInteger.TWO.pow(70));
        assertThat(root.get("note")).isNull();
        assertThat(root.get("name")).isEqualTo("é");
        assertThat(root.get("betas")).isEqualTo(List.of(0.5, 0.999));
        assertThat(root.get("size")).isEqualTo(List.of(2L, 3L));
        assertThat(root.get("dtype")).isEqualTo(DType.F32);
        assertThat(root.get("device")).isEqualTo("cuda");
        assertThat(root.get("set")).isEqualTo(List.of(1L));

        Map<String, StoredTensor> tensors = file.tensors("params_ema", "params");
        assertThat(tensors).containsOnlyKeys("w", "t", "view", "one", "none", "wide", "p", "h", "bf", "b", "u", "c");
        assertThat(values(at(tensors, "w"))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        assertThat(at(tensors, "t").shape()).containsExactly(4, 3);
        assertThat(values(at(tensors, "t"))).containsExactly(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11);
        assertThat(values(at(tensors, "view"))).containsExactly(5, 6, 9, 10);
        assertThat(at(tensors, "one").shape()).isEmpty();
        assertThat(values(at(tensors, "one"))).containsExactly(7);
        assertThat(at(tensors, "none").shape()).containsExactly(0, 3);
        assertThat(values(at(tensors, "none"))).isEmpty();
        assertThat(values(at(tensors, "wide"))).containsExactly(0.5, 0.5, 0.5);
        assertThat(values(at(tensors, "p"))).containsExactly(1.5, -2);
        assertThat(values(at(tensors, "h"))).containsExactly(0x3800, (short) 0xc000);
        assertThat(values(at(tensors, "bf"))).containsExactly(0x3f00, (short) 0xc000);
        assertThat(values(at(tensors, "b"))).containsExactly(1, 0, 1);
        assertThat(values(at(tensors, "u"))).containsExactly(0, 255);
        assertThat(bytes(at(tensors, "c"))).isEqualTo(floats(1, 2));
    }

    @Test
    void handWrittenFilesAreRead() {
        for (byte[] content : TorchWriter.both(TorchWriter.pair(), floats(1, 2))) {
            Map<String, StoredTensor> tensors = read(content).tensors();
            assertThat(tensors).containsOnlyKeys("w");
            assertThat(values(at(tensors, "w"))).containsExactly(1, 2);
        }
    }

    // ---- what is asked for ----

    @ParameterizedTest
    @CsvSource({
        "os, system",
        "posix, system",
        "nt, system",
        "builtins, eval",
        "builtins, exec",
        "__builtin__, getattr",
        "subprocess, Popen",
        "torch, load",
        "torch.hub, load",
        "torch.nn.modules.conv, Conv2d",
        "__main__, Net",
        "torch._utils, _rebuild_sparse_tensor",
        "torch, ComplexDoubleStorage",
        "numpy.core.multiarray, _reconstruct",
        "collections, OrderedDict.update",
        "collections.OrderedDict, __init__"
    })
    void everythingElseIsRefusedByItsFullName(String module, String name) {
        byte[] call = new TorchWriter()
                .global(module, name)
                .text("touch /tmp/pwned")
                .raw(0x85, 'R')
                .end();
        refused(call, "asks for \"" + module + "." + name + "\", which Fovea will not run");
        byte[] stackGlobal = new TorchWriter()
                .text(module)
                .text(name)
                .raw(0x93)
                .text("x")
                .raw(0x85, 'R')
                .end();
        refused(stackGlobal, "asks for \"" + module + "." + name + "\"");
    }

    @Test
    void namesFromTheFileCannotForgeTheMessage() {
        byte[] pickle = new TorchWriter()
                .text("os\n\u001b[2J")
                .text("x".repeat(5000))
                .raw(0x93)
                .end();
        for (byte[] content : TorchWriter.both(pickle, floats(1, 2))) {
            assertThatThrownBy(() -> read(content)).hasMessageMatching("[^\\p{Cntrl}]{1,600}");
        }
    }

    @Test
    void whatIsNoPickleOfTensorsIsRefused() {
        refused(new TorchWriter().raw('N', 'N', 'R').end(), "another value where a tuple or list was expected");
        refused(new TorchWriter().text("f").raw(')', 'R').end(), "calls something that is no function");
        refused(new TorchWriter().raw('N', ')', 'b').end(), "sets the state of something that has none");
        refused(new TorchWriter().raw('I', '1', '\n').end(), "instruction 0x49");
        refused(new TorchWriter().raw('}', ']', 'N', 's').end(), "a dict key that is neither a string nor a number");
        refused(new TorchWriter().raw('}', '(', 'N', 'u').end(), "a dict key without a value");
        refused(new TorchWriter().raw(')', 'N', 'a').end(), "appends to something that is no list");
        refused(new TorchWriter().raw('t').end(), "ends a group that it never began");
        refused(new TorchWriter().raw('(').end(), "uses a value that is not there");
        refused(new TorchWriter().raw('h', 3).end(), "recalls value 3");
        refused(new TorchWriter().raw('X', 0xff, 0xff, 0xff, 0x7f).end(), "claims 2147483647 bytes");
        refused(
                new TorchWriter()
                        .raw(0x8d, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
                        .end(),
                "bytes where");
        refused(new TorchWriter().raw(0x8b, 0, 0, 0, 0x70).end(), "an integer of");
        refused(new TorchWriter().raw('X', 1, 0, 0, 0, 0xff).end(), "not valid UTF-8");
        refused(new TorchWriter().raw(0x80, 6).end(), "protocol 6");
        refused(new TorchWriter().raw(')', 'Q').end(), "refers to something that is no storage");
    }

    @Test
    void aPickleThatCopiesMoreThanItHoldsIsRefused() {
        TorchWriter bomb = new TorchWriter().raw('(');
        for (int i = 0; i < 1000; i++) {
            bomb.raw('N');
        }
        bomb.raw('t', 0x85, 'q', 0);
        for (int i = 0; i < 1000; i++) {
            bomb.global("torch", "Size").raw('h', 0, 'R');
        }
        byte[] pickle = bomb.end();
        byte[] content = TorchWriter.zip(pickle, Map.of());
        refused(() -> read(content), "copies more than it holds");
    }

    // ---- lying sizes ----

    private static byte[] tensor(long count, long offset, long[] shape, long[] strides) {
        return new TorchWriter()
                .raw('}')
                .text("w")
                .tensor("0", count, offset, shape, strides)
                .raw('s')
                .end();
    }

    @Test
    void tensorsMustLieWithinTheirStorage() {
        String outside = "from a storage of 8 bytes";
        refused(tensor(2, 0, new long[] {3}, new long[] {1}), outside);
        refused(tensor(2, 1, new long[] {2}, new long[] {1}), outside);
        refused(tensor(2, 0, new long[] {2}, new long[] {2}), outside);
        refused(tensor(2, 0, new long[] {2}, new long[] {}), outside);
        refused(tensor(2, Long.MAX_VALUE, new long[] {2}, new long[] {1}), outside);
        refused(tensor(2, 0, new long[] {1L << 32, 1L << 32}, new long[] {0, 0}), outside);
        refused(tensor(2, 0, new long[] {1L << 40}, new long[] {0}), outside);
        refused(tensor(2, 0, new long[] {2}, new long[] {Long.MAX_VALUE}), outside);
        refused(tensor(2, -1, new long[] {1}, new long[] {1}), outside);
        refused(tensor(2, 0, new long[] {-1}, new long[] {1}), "no whole number from 0");
        refused(tensor(-1, 0, new long[] {1}, new long[] {1}), "no storage");
        refused(
                () -> read(TorchWriter.zip(
                        tensor(1L << 62, 0, new long[] {1}, new long[] {1}), Map.of("0", floats(1, 2)))),
                "takes storage \"0\" for 4611686018427387904 values of F32, it has 8 bytes");
        refused(
                () -> read(TorchWriter.legacy(tensor(1L << 62, 0, new long[] {1}, new long[] {1}), floats(1, 2))),
                "is cut off");
        refused(
                () -> read(TorchWriter.legacy(tensor(3, 0, new long[] {1}, new long[] {1}), floats(1, 2))),
                "is cut off: storage");
        refused(() -> read(TorchWriter.legacy(tensor(1, 0, new long[] {1}, new long[] {1}), floats(1, 2))), "claims 2");
        refused(() -> read(TorchWriter.zip(TorchWriter.pair(), Map.of())), "entry \"archive/data/0\" is missing");
    }

    @Test
    void manyTensorsOverOneStorageCannotClaimMoreMemoryThanTheFileHas() {
        float[] large = new float[4096];
        TorchWriter pickle = new TorchWriter().raw('}');
        for (int i = 0; i < 40; i++) {
            pickle.text("w" + i)
                    .tensor("0", 4096, 0, new long[] {4096}, new long[] {1})
                    .raw('s');
        }
        TorchFile file = read(TorchWriter.zip(pickle.end(), Map.of("0", floats(large))));
        refused(file::tensors, "claims tensors of more than 8 times its own size");
    }

    // ---- state dicts ----

    @Test
    void tensorsAreTakenFromTheFirstEntryThatIsThere() {
        TorchWriter w = new TorchWriter().raw('}');
        for (String root : List.of("params", "params_ema")) {
            w.text(root)
                    .raw('}')
                    .text("in." + root)
                    .tensor("0", 2, 0, new long[] {2}, new long[] {1})
                    .raw('s', 's');
        }
        TorchFile file = read(TorchWriter.zip(w.text("epoch").number(3).raw('s').end(), Map.of("0", floats(1, 2))));
        assertThat(file.tensors("params_ema", "params")).containsOnlyKeys("in.params_ema");
        assertThat(file.tensors("params")).containsOnlyKeys("in.params");
        assertThat(file.tensors()).containsOnlyKeys("params.in.params", "params_ema.in.params_ema");
        refused(
                () -> file.tensors("state_dict"),
                "holds no tensors under state_dict. It has the entries \"params\", \"params_ema\"");
        assertThat(read(TorchWriter.zip(TorchWriter.pair(), Map.of("0", floats(1, 2))))
                        .tensors("params"))
                .containsOnlyKeys("w");
        refused(
                () -> read(TorchWriter.zip(new TorchWriter().raw(']').end(), Map.of()))
                        .tensors(),
                "holds no dict");
        refused(
                () -> read(TorchWriter.zip(new TorchWriter().raw('}').end(), Map.of()))
                        .tensors(),
                "holds no tensors");
    }

    @Test
    void dictsThatHoldThemselvesOrGrowWithoutEndAreRefused() {
        byte[] self =
                new TorchWriter().raw('}', 'q', 0).text("a").raw('h', 0, 's').end();
        refused(() -> read(TorchWriter.zip(self, Map.of())).tensors(), "nests its dicts without an end");
        TorchWriter laughs = new TorchWriter().raw('}', 'q', 0);
        for (int level = 1; level < 15; level++) {
            laughs.raw('}');
            for (int i = 0; i < 10; i++) {
                laughs.text("k" + i).raw('h', level - 1, 's');
            }
            laughs.raw('q', level);
        }
        byte[] content = TorchWriter.zip(laughs.end(), Map.of());
        refused(() -> read(content).tensors(), "nests its dicts without an end");
    }

    // ---- containers ----

    @Test
    void brokenContainersAreNamed() {
        byte[] zip = TorchWriter.zip(TorchWriter.pair(), Map.of("0", floats(1, 2)));
        refused(() -> read(Arrays.copyOf(zip, zip.length - 30)), "is a broken zip archive");
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", TorchWriter.pair());
        entries.put("a/data/0", floats(1, 2));
        refused(() -> read(TorchWriter.zip(entries, ZipEntry.DEFLATED)), "a compressed entry \"a/data.pkl\"");
        entries.put("a/byteorder", "big".getBytes(StandardCharsets.UTF_8));
        refused(() -> read(TorchWriter.zip(entries, ZipEntry.STORED)), "big-endian");
        entries.put("a/byteorder", "little".getBytes(StandardCharsets.UTF_8));
        assertThat(read(TorchWriter.zip(entries, ZipEntry.STORED)).tensors()).containsOnlyKeys("w");
        entries.put("b/data.pkl", TorchWriter.pair());
        refused(() -> read(TorchWriter.zip(entries, ZipEntry.STORED)), "2 entries */data.pkl");

        byte[] legacy = TorchWriter.legacy(TorchWriter.pair(), floats(1, 2));
        refused(
                () -> read(Arrays.copyOf(legacy, legacy.length - 1)),
                "is cut off: storage \"0\" takes 8 bytes, 7 are left");
        for (int i = 0; i < legacy.length; i++) {
            byte[] cut = Arrays.copyOf(legacy, i);
            refused(() -> read(cut), "");
        }
    }
}
