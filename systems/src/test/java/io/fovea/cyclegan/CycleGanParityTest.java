package io.fovea.cyclegan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.parity.ParityRunner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Two training steps in float64 against the numbers of the public implementation; the files lack its float32 numbers and most of its others. */
class CycleGanParityTest {
    @Test
    void everyFixturePasses() throws URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(getClass().getResource("/parity/cyclegan"))
                .toURI());
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int code = ParityRunner.run(
                folder, null, CycleGanParity.cases(), new PrintStream(text, true, StandardCharsets.UTF_8), true);
        String printed = text.toString(StandardCharsets.UTF_8);
        assertThat(code).as(printed).isZero();
        assertThat(printed).contains("1 passed, 0 failed, 0 unknown, 0 without data");
    }
}
