package io.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.torch.Tensor;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers of a public implementation for one case: a JSON file. Always there is {@code case}; usual are {@code config}, {@code inputs}, {@code outputs}, {@code losses},
 * {@code grad_norms} and {@code keys}; anything else is reached through {@link #root()}.
 *
 * @param file where it was read from
 * @param root the whole file
 */
public record Fixture(Path file, JsonNode root) {
    /**
     * An input made by the fill rule.
     *
     * @param range as the file says it, for instance {@code [0,1]}; empty where it says nothing
     */
    public record Input(String name, List<Long> shape, String range) {
        /** The float32 values: u + 0.5 where the range is [0,1], else 2u. */
        public Tensor tensor() {
            long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
            return range.replace(" ", "").startsWith("[0,1]") ? Fill.unit(name, sizes) : Fill.signed(name, sizes);
        }
    }

    /**
     * What a tensor should be.
     *
     * @param indices flat row-major positions of {@code values}
     * @param std of the population
     */
    public record Expected(
            String name,
            List<Long> shape,
            double mean,
            double std,
            double absmax,
            List<Integer> indices,
            List<Double> values) {}

    /** An entry of the reference's state dict. */
    public record Key(String name, List<Long> shape) {}

    /**
     * Reads a file.
     *
     * @throws FoveaException if it cannot be read or is not JSON
     */
    public static Fixture read(Path file) {
        try {
            return new Fixture(file, Json.tree(Files.readString(file), file.toString()));
        } catch (MalformedInputException e) {
            throw new FoveaException(file + " is not UTF-8 text.", e);
        } catch (IOException e) {
            throw new FoveaException("Cannot read " + file + ": " + e.getMessage() + ".", e);
        }
    }

    /** What the file says it is about; empty if it does not. */
    public String subject() {
        return root.path("case").asText();
    }

    /** The settings; a missing node where there are none. */
    public JsonNode config() {
        return root.path("config");
    }

    // ---- parts ----

    public List<Input> inputs() {
        List<Input> inputs = new ArrayList<>();
        for (JsonNode n : root.path("inputs")) {
            inputs.add(new Input(
                    n.path("name").asText(),
                    longs(n.path("shape")),
                    n.path("range").asText()));
        }
        return inputs;
    }

    /**
     * One input.
     *
     * @throws FoveaException if the file has no input of that name
     */
    public Input input(String name) {
        return inputs().stream()
                .filter(i -> i.name().equals(name))
                .findFirst()
                .orElseThrow(() -> absent("input", name));
    }

    public List<Expected> outputs() {
        List<Expected> outputs = new ArrayList<>();
        root.path("outputs").forEach(n -> outputs.add(expected(n)));
        return outputs;
    }

    /**
     * One output.
     *
     * @throws FoveaException if the file has no output of that name
     */
    public Expected output(String name) {
        for (JsonNode n : root.path("outputs")) {
            if (n.path("name").asText().equals(name)) {
                return expected(n);
            }
        }
        throw absent("output", name);
    }

    /** Losses by name, where they are numbers. */
    public Map<String, Double> losses() {
        return numbers(root.path("losses"));
    }

    /** L2 norms of gradients by the tensor's name. */
    public Map<String, Double> gradNorms() {
        return numbers(root.path("grad_norms"));
    }

    /** The reference's state dict in its order; empty where the file gives no list or a mere count. */
    public List<Key> keys() {
        return keys(root.path("keys"));
    }

    /** A list of [name, shape] as entries of a state dict. */
    public static List<Key> keys(JsonNode list) {
        List<Key> keys = new ArrayList<>();
        if (list.isArray()) {
            list.forEach(n -> keys.add(new Key(n.path(0).asText(), longs(n.path(1)))));
        }
        return keys;
    }

    /** A tensor in the form of the fixtures: name, shape, mean, std, absmax, indices, values. */
    public static Expected expected(JsonNode n) {
        List<Double> values = new ArrayList<>();
        n.path("values").forEach(v -> values.add(v.asDouble()));
        List<Integer> indices = new ArrayList<>();
        JsonNode given = n.path("indices");
        for (int i = 0; i < values.size(); i++) {
            indices.add(given.isArray() ? given.path(i).asInt(-1) : i);
        }
        return new Expected(
                n.path("name").asText(),
                longs(n.path("shape")),
                n.path("mean").asDouble(Double.NaN),
                n.path("std").asDouble(Double.NaN),
                n.path("absmax").asDouble(Double.NaN),
                indices,
                values);
    }

    private FoveaException absent(String what, String name) {
        return new FoveaException(file + " has no " + what + " \"" + name + "\".");
    }

    private static List<Long> longs(JsonNode list) {
        List<Long> values = new ArrayList<>();
        list.forEach(v -> values.add(v.asLong()));
        return values;
    }

    private static Map<String, Double> numbers(JsonNode object) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        object.properties().forEach(e -> {
            if (e.getValue().isNumber()) {
                numbers.put(e.getKey(), e.getValue().asDouble());
            }
        });
        return numbers;
    }

    // ---- tolerances ----

    /** What is compared, each with its usual tolerance. */
    public enum Kind {
        /** Tensors, relative to their absmax. */
        OUTPUTS(1e-4),
        /** Relative. */
        LOSSES(1e-5),
        /** L2 norms, relative. */
        GRAD_NORMS(1e-3),
        /** Absolute. */
        METRICS(1e-4);

        private final double usual;

        Kind(double usual) {
            this.usual = usual;
        }

        String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** The file's own tolerance where it gives it as a number ({@code tolerance}, for all kinds or by kind), else the usual one. */
    public double tolerance(Kind kind) {
        JsonNode given = root.has("tolerance") ? root.get("tolerance") : config().path("tolerance");
        JsonNode number = given.isObject() ? given.path(kind.key()) : given;
        return number.isNumber() ? number.asDouble() : kind.usual;
    }
}
