package io.fovea.gan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.parity.ParityRunner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Games, penalty, discriminators, pool and rates against the numbers of the public implementation. */
class GanParityTest {
    @Test
    void everyFixturePasses() throws URISyntaxException {
        Path folder = Path.of(
                Objects.requireNonNull(getClass().getResource("/parity/gan")).toURI());
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int code = ParityRunner.run(
                folder, null, GanParity.cases(), new PrintStream(text, true, StandardCharsets.UTF_8), true);
        String printed = text.toString(StandardCharsets.UTF_8);
        assertThat(code).as(printed).isZero();
        assertThat(printed).contains("10 passed, 0 failed, 0 unknown, 0 without data");
    }
}
