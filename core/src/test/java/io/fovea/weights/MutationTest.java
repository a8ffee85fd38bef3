package io.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import io.fovea.FoveaException;
import io.fovea.torch.Scope;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damaged files by the thousand: each gives one clear error or a valid result, quickly and in little memory. */
class MutationTest {
    private static final int MUTATIONS = 10_000;
    private static final long MOST_MEMORY = 4 << 20;
    private static final long[] LENGTHS = {
        0, 1, -1, 7, 255, 0x7fff, 0x7fff_ffff, 0x8000_0000L, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE
    };

    enum Kind {
        SAFETENSORS,
        TORCH_ZIP,
        TORCH_LEGACY;

        byte[] sample() {
            return switch (this) {
                case SAFETENSORS ->
                    SafetensorsTest.file(
                            "{\"__metadata__\":{\"fovea.format\":\"1\",\"k\":\"v\"},"
                                    + "\"a.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
                                    + "\"a.bias\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[24,40]},"
                                    + "\"h\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[40,48]},"
                                    + "\"none\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[48,48]}}  ",
                            48);
                case TORCH_ZIP -> TorchFileTest.resource("mixed_zip.pth");
                case TORCH_LEGACY -> TorchFileTest.resource("mixed_legacy.pth");
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void damagedFilesGiveOneErrorOrAResult(Kind kind) {
        byte[] sample = kind.sample();
        int[] outcomes = new int[2];
        assertTimeoutPreemptively(Duration.ofSeconds(120), () -> {
            for (int seed = 0; seed < MUTATIONS; seed++) {
                byte[] damaged = mutate(sample, new Random(seed));
                String name = kind + " seed " + seed;
                long before = allocated();
                outcomes[outcome(damaged, name)]++;
                if (allocated() - before >= MOST_MEMORY) {
                    assertThat(allocatedAgain(damaged, name))
                            .as(name + ": memory")
                            .isLessThan(MOST_MEMORY);
                }
            }
        });
        assertThat(outcomes[0]).as("refused").isGreaterThan(MUTATIONS / 10);
        assertThat(outcomes[1]).as("valid").isGreaterThan(MUTATIONS / 100);
    }

    private static int outcome(byte[] content, String name) {
        try {
            WeightsFile file = WeightsFile.read(FileBytes.of(name, content), "params");
            try (Scope scope = Scope.open()) {
                file.loadExact();
            }
            return 1;
        } catch (FoveaException e) {
            assertThat(e).hasMessageStartingWith(name + " ").hasMessageMatching("[^\\p{Cntrl}]{20,2000}");
            return 0;
        }
    }

    /** What it takes when the classes of that path, or libtorch, need not be loaded. */
    private static long allocatedAgain(byte[] damaged, String name) {
        long before = allocated();
        outcome(damaged, name);
        return allocated() - before;
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    /** One to three damages, seeded. */
    private static byte[] mutate(byte[] sample, Random random) {
        byte[] bytes = sample.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes = damage(bytes, random);
        }
        return bytes;
    }

    private static final String SYNTAX = "{}[]\",:0123456789-.(tRQsubeh\u0080";

    private static byte[] damage(byte[] bytes, Random random) {
        if (bytes.length < 16) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        int n = Math.min(1 + random.nextInt(16), bytes.length - at);
        ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long length = LENGTHS[random.nextInt(LENGTHS.length)];
        switch (random.nextInt(9)) {
            case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bytes[at] = (byte) random.nextInt(256);
            case 3 -> bytes[at] = (byte) SYNTAX.charAt(random.nextInt(SYNTAX.length()));
            case 4 -> bytes = Arrays.copyOf(bytes, at);
            case 5 -> view.putInt(Math.min(at, bytes.length - 4), (int) length);
            case 6 -> view.putLong(Math.min(at, bytes.length - 8), length);
            case 7 -> {
                byte[] shorter = Arrays.copyOf(bytes, bytes.length - n);
                System.arraycopy(bytes, at + n, shorter, at, bytes.length - at - n);
                bytes = shorter;
            }
            default -> {
                byte[] longer = Arrays.copyOf(bytes, bytes.length + n);
                System.arraycopy(bytes, at, longer, at + n, bytes.length - at);
                bytes = longer;
            }
        }
        return bytes;
    }
}
