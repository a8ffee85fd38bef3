package io.fovea.translation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.parity.ParityRunner;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Generators and the preparation of pictures against the numbers of the public implementation. */
class TranslationParityTest {
    @Test
    void everyFixturePasses() throws URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(getClass().getResource("/parity/translation"))
                .toURI());
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int code = ParityRunner.run(
                folder, null, TranslationParity.cases(), new PrintStream(text, true, StandardCharsets.UTF_8), true);
        String printed = text.toString(StandardCharsets.UTF_8);
        assertThat(code).as(printed).isZero();
        assertThat(printed).contains("8 passed, 0 failed, 0 unknown, 0 without data");
    }
}
