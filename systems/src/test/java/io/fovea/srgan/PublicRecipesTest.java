package io.fovea.srgan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.nn.Layer;
import org.junit.jupiter.api.Test;

class PublicRecipesTest {
    @Test
    void eachBuildsNetworksOfThePublishedSize() {
        PublicRecipes.names().keySet().forEach(name -> {
            SrganConfig config = PublicRecipes.read(name);
            try (Layer generator = config.generator().create();
                    Layer discriminator = config.discriminator().create()) {
                long expected = name.startsWith("basicsr") ? 1_517_571 : name.equals("leftthomas") ? 734_219 : 0;
                if (expected > 0) {
                    assertThat(generator.parameterCount()).as(name).isEqualTo(expected);
                }
                long judge = name.startsWith("basicsr") ? 14_499_401 : 5_215_425;
                assertThat(discriminator.parameterCount()).as(name).isEqualTo(judge);
            }
        });
    }

    @Test
    void whatTheyPrintIsWhatTheyRead() {
        PublicRecipes.names().keySet().forEach(name -> {
            SrganConfig config = PublicRecipes.read(name);
            assertThat(Json.read(Json.write(config), SrganConfig.class, name)).isEqualTo(config);
        });
    }

    @Test
    void anUnknownOneGetsTheNearest() {
        assertThatThrownBy(() -> PublicRecipes.read("basicsr-msrgam"))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("basicsr-msrgan");
    }
}
