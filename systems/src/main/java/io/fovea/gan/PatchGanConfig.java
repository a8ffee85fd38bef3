package io.fovea.gan;

import io.fovea.FoveaException;

/**
 * A discriminator that judges overlapping patches.
 *
 * @param layers halvings: 0 judges single pixels, 1 patches of 16 x 16 pixels, 2 of 34, 3 of 70 (the papers' choice), 4 of 142, 5 of 286
 * @param channels filters of its first layer (64 in the papers)
 * @param norm normalisation of the inner layers
 */
public record PatchGanConfig(int layers, int channels, Norm norm) {
    public PatchGanConfig {
        if (layers < 0 || layers > 8) {
            throw new FoveaException("discriminator.layers is " + layers + "; it must be between 0 (pixels) and 8.");
        }
        if (channels < 1 || channels > 512) {
            throw new FoveaException("discriminator.channels is " + channels + "; it must be between 1 and 512.");
        }
    }

    /** Side of the patch that one logit judges, pixels. */
    public int patch() {
        int side = layers == 0 ? 1 : 7;
        for (int i = 0; i < layers; i++) {
            side = 2 * side + 2;
        }
        return side;
    }

    /** Side of the map of logits for pictures of this side; below 1 if there would be none. */
    public int map(int side) {
        return layers == 0 ? side : (side >> layers) - 2;
    }

    /**
     * Refuses pictures so small that nothing is left to judge.
     *
     * @param side the shorter side of the pictures, pixels
     */
    public void check(int side) {
        if (map(side) >= 1) {
            return;
        }
        int most = layers;
        while (most > 0 && (side >> most) - 2 < 1) {
            most--;
        }
        throw new FoveaException("discriminator.layers is " + layers + ": its patch of " + patch()
                + " pixels is too large for pictures of " + side + " pixels; at most " + most
                + " can be used, a patch of " + new PatchGanConfig(most, channels, norm).patch() + ".");
    }
}
