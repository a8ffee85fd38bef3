package io.fovea.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import io.fovea.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AutoencoderConfigTest {
    static List<AutoencoderConfig> presets() {
        return List.of(
                AutoencoderConfig.example(),
                AutoencoderConfig.linear(),
                AutoencoderConfig.deep(),
                AutoencoderConfig.denoising(),
                AutoencoderConfig.sparse(),
                AutoencoderConfig.contractive(),
                AutoencoderConfig.variational(),
                AutoencoderConfig.neighbours(),
                AutoencoderConfig.convolutional(new NetworkConfig.Image(1, 28, 28)));
    }

    @ParameterizedTest
    @MethodSource("presets")
    void everyPresetIsTheSameAfterJson(AutoencoderConfig config) {
        assertThat(Json.read(Json.write(config), AutoencoderConfig.class, "it")).isEqualTo(config);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "network.code=0 | network.code is 0; it must be between 1 and 65536.",
                "network.hidden=[64,0] | network.hidden.1 is 0; it must be between 1 and 65536.",
                "network.activation=swish | network.activation",
                "network.activation=identity | network.activation is identity; it must be relu, tanh, elu, gelu, sigmoid.",
                "network.codeActivation=relu | network.codeActivation is relu; it must be identity, sigmoid.",
                "network.kind=linear | network.kind is linear; then network.hidden must be empty",
                "network.kind=convolutional | it needs network.image",
                "loss.reconstruction=bce | loss.reconstruction is bce; it needs network.output sigmoid, which is identity.",
                "loss.divergence.beta=1 | loss.divergence.beta is 1.0; it must be 0 unless network.variational is true.",
                "loss.sparsity.kind=kl | it needs network.codeActivation sigmoid",
                "loss.sparsity.target=1 | loss.sparsity.target is 1.0; it must be between 0 and 1.",
                "loss.corruption.amount=-1 | loss.corruption.amount is -1.0; it must not be negative.",
                "loss.weight=0 | loss.weight and loss.neighbours.weight are both 0",
                "training.optimiser=lbfgs | training.optimiser is lbfgs; it must be adam unless",
                "training.validation=0.9 | training.validation is 0.9; it must be between 0 and 0.5.",
                "training.validation=0 | training.patience is 20 but training.validation is 0",
                "training.batch=0 | training.batch is 0",
                "training.bacth=1 | is not known, did you mean \"batch\"?"
            })
    void whatDoesNotFitIsNamed(String assignment, String message) {
        assertThatThrownBy(() -> Json.set(AutoencoderConfig.deep(), List.of(assignment)))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining(message);
    }

    @Test
    void largeTablesAreTrainedInMinutes() {
        assertThat(AutoencoderConfig.deep().forRows(5000)).isEqualTo(AutoencoderConfig.deep());
        TrainingConfig large = AutoencoderConfig.deep().forRows(60_000).training();
        assertThat(large.batch()).isEqualTo(128);
        assertThat(large.epochs()).isEqualTo(31);
        assertThat(AutoencoderConfig.deep().forRows(100_000_000).training().epochs())
                .isEqualTo(5);
    }
}
