package io.fovea.weights;

import io.fovea.FoveaException;
import io.fovea.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person should know about shipped weights before using them; {@code card.json} beside them.
 *
 * @param name the zoo name, as {@code srresnet-x4}
 * @param system the system that uses them, as {@code srgan}
 * @param architecture the network in a sentence
 * @param parameters number of learnable values
 * @param trainingData what it was trained on, with the licence of that data
 * @param licence of the weights
 * @param command the command that trained them
 * @param trained how long and on what
 * @param figures measured quality, each with the command that prints it
 * @param limits what they are bad at
 * @param sha256 of the weights file, lower-case hex; null in the copy inside that file
 * @param format version of the weights format, see {@link WeightsFormat}
 */
public record Card(
        String name,
        String system,
        String architecture,
        long parameters,
        String trainingData,
        String licence,
        String command,
        Training trained,
        List<Figure> figures,
        String limits,
        @Nullable String sha256,
        int format) {
    /**
     * A training run.
     *
     * @param duration in words, as {@code 9 h 40 min}
     * @param steps updates of the network
     * @param machine what it ran on
     * @param date of its end, ISO 8601
     */
    public record Training(String duration, long steps, String machine, String date) {}

    /**
     * A measurement.
     *
     * @param metric its name with unit, as {@code PSNR-Y dB}
     * @param data what it was measured on
     * @param command prints it
     */
    public record Figure(String metric, String data, double value, String command) {}

    public Card {
        required("name", name);
        required("system", system);
        required("architecture", architecture);
        required("trainingData", trainingData);
        required("licence", licence);
        required("command", command);
        required("trained", trained);
        required("figures", figures);
        required("limits", limits);
        figures = List.copyOf(figures);
    }

    private static void required(String property, @Nullable Object value) {
        if (value == null) {
            throw new FoveaException("the property \"" + property + "\" is missing.");
        }
    }

    public Card withSha256(@Nullable String sum) {
        return new Card(
                name,
                system,
                architecture,
                parameters,
                trainingData,
                licence,
                command,
                trained,
                figures,
                limits,
                sum,
                format);
    }

    /** This card as JSON, one property a line. */
    public String toJson() {
        return Json.write(this);
    }

    /**
     * Reads a card.
     *
     * @param where it is from, for the message
     * @throws FoveaException if it is no JSON, or has an unknown property or lacks one
     */
    public static Card fromJson(String json, String where) {
        return Json.read(json, Card.class, "The card of " + where);
    }
}
