package io.fovea.srgan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.Json;
import io.fovea.image.Picture;
import io.fovea.parity.Fill;
import io.fovea.torch.Device;
import io.fovea.torch.Engine;
import io.fovea.torch.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SuperResolverTest {
    private static SuperResolver small(int tile) {
        Engine.seed(3);
        GeneratorConfig config = Json.set(
                GeneratorConfig.paper(2), List.of("blocks=2", "channels=16", "shuffleChannels=16", "hrRange=unit"));
        return new SuperResolver(
                GeneratorInit.create(config), config, new SuperResolver.Options(Precision.F32, Device.CPU, tile));
    }

    @Test
    void tilesEqualTheWhole() {
        Picture picture = Fill.picture("photo", 70, 45);
        try (SuperResolver whole = small(0);
                SuperResolver tiled = small(16)) {
            byte[] a = whole.upscale(picture).bytes();
            byte[] b = tiled.upscale(picture).bytes();
            for (int i = 0; i < a.length; i++) {
                assertThat(b[i] & 0xff).isCloseTo(a[i] & 0xff, within(1)); // 1e-5 may fall on either side of a rounding
            }
        }
    }

    @Test
    void aThousandConcurrentCallsEqualTheSerialOnes() throws InterruptedException, ExecutionException {
        List<Picture> inputs = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            inputs.add(Fill.picture("p" + i, 12 + i, 9));
        }
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try (SuperResolver resolver = small(0)) {
            List<Picture> serial = inputs.stream().map(resolver::upscale).toList();
            List<Future<Picture>> results = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                Picture input = inputs.get(i % 10);
                results.add(pool.submit(() -> resolver.upscale(input)));
            }
            for (int i = 0; i < 1000; i++) {
                assertThat(results.get(i).get()).isEqualTo(serial.get(i % 10));
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void alphaGreyAndSixteenBitsAreKept() {
        Picture rgb = Fill.picture("q", 20, 14);
        try (SuperResolver resolver = small(0)) {
            Picture alpha = resolver.upscale(rgb.withAlpha(Picture.of8(20, 14, 1, new byte[280])));
            assertThat(alpha.channels()).isEqualTo(4);
            assertThat(alpha.width()).isEqualTo(40);
            assertThat(alpha.sample(7, 7, 3)).isZero();
            Picture grey = resolver.upscale(Picture.of8(20, 14, 1, new byte[280]));
            assertThat(grey.channels()).isEqualTo(1);
            assertThat(resolver.upscale(rgb.toDepth(16)).depth()).isEqualTo(16);
            Picture sized = resolver.upscaleTo(rgb, 33, 21, done -> {});
            assertThat(sized.width()).isEqualTo(33);
            assertThat(sized.height()).isEqualTo(21);
        }
    }
}
