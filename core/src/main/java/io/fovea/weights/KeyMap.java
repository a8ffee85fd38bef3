package io.fovea.weights;

import io.fovea.FoveaException;
import io.fovea.nn.Module;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key layout of a public checkpoint, as data: how to recognise it and what its tensors are called here. For example
 *
 * <pre>{@code
 * KeyMap.of("leftthomas Generator x4",
 *     List.of("block1.0.weight [64,3,9,9]", "block7.1.weight [64]", "block8.2.weight [3,64,9,9]", "!block8.3.weight"), """
 *     block1.0.{p}          -> head.conv.{p}
 *     block{n}.conv1.{p}    -> body.{n-2}.conv1.{p}
 *     {*}.num_batches_tracked -> nothing
 *     """)
 * }</pre>
 *
 * <p>A sign is a key that must be there, with its shape if one is given ({@code *} is any size), or after {@code !} one that must not. A
 * rule is a line {@code theirs -> ours}; the first that fits a key counts. {@code {p}} is a name without dots, {@code {*}} any text,
 * {@code {n}} a number if one of the sides calculates with it, as {@code {n-2}} or {@code {3*n+2}}. {@code theirs -> nothing} leaves a
 * tensor out, {@code nothing -> ours} says that the layout does not have this one.
 */
public final class KeyMap {
    private static final String NOTHING = "nothing";
    private static final Pattern SIGN = Pattern.compile("(!?)(\\S+)(?: \\[([0-9*, ]*)])?");
    private static final int SHOWN = 4;

    private record Sign(
            boolean absent, String key, @Nullable List<String> shape) {}

    private record Rule(KeyPattern theirs, KeyPattern ours) {}

    private final String name;
    private final List<Sign> signs;
    private final List<Rule> rules;
    private final @Nullable String refusal;

    private KeyMap(String name, List<String> signs, String rules, @Nullable String refusal) {
        this.name = name;
        this.signs = signs.stream().map(KeyMap::sign).toList();
        this.rules =
                rules.lines().filter(line -> !line.isBlank()).map(KeyMap::rule).toList();
        this.refusal = refusal;
    }

    /** A layout that can be read. */
    public static KeyMap of(String name, List<String> signs, String rules) {
        return new KeyMap(name, signs, rules, null);
    }

    /** A layout that is known and cannot be read; {@code why} is a sentence that says why and what to do. */
    public static KeyMap refused(String name, List<String> signs, String why) {
        return new KeyMap(name, signs, "", why);
    }

    private static Sign sign(String text) {
        Matcher m = SIGN.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("Not a sign: " + text);
        }
        String shape = m.group(3);
        return new Sign(!m.group(1).isEmpty(), m.group(2), shape == null ? null : dimensions(shape));
    }

    private static List<String> dimensions(String shape) {
        return shape.isBlank()
                ? List.of()
                : Arrays.stream(shape.split(",", -1)).map(String::strip).toList();
    }

    private static Rule rule(String line) {
        String[] sides = line.strip().split("\\s*->\\s*", -1);
        if (sides.length != 2) {
            throw new IllegalArgumentException("Not a rule: " + line);
        }
        KeyPattern theirs = new KeyPattern(sides[0], line);
        KeyPattern ours = new KeyPattern(sides[1], line);
        boolean oneSided = sides[0].equals(NOTHING) || sides[1].equals(NOTHING);
        if (!oneSided && !theirs.variables().equals(ours.variables())) {
            throw new IllegalArgumentException("Both sides of a rule need the same placeholders: " + line);
        }
        return new Rule(theirs, ours);
    }

    public String name() {
        return name;
    }

    // ---- recognising ----

    /** Whether the tensors bear every sign of this layout. */
    public boolean matches(Map<String, StoredTensor> tensors) {
        return signs.stream().allMatch(s -> bears(tensors, s));
    }

    private static boolean bears(Map<String, StoredTensor> tensors, Sign sign) {
        StoredTensor t = tensors.get(sign.key);
        if (t == null || sign.absent) {
            return t == null && sign.absent;
        }
        if (sign.shape == null) {
            return true;
        }
        long[] shape = t.shape();
        boolean fits = shape.length == sign.shape.size();
        for (int d = 0; fits && d < shape.length; d++) {
            fits = sign.shape.get(d).equals("*") || sign.shape.get(d).equals(Long.toString(shape[d]));
        }
        return fits;
    }

    /**
     * The first of these layouts that the file has.
     *
     * @throws FoveaException if it has none of them, or one that cannot be read
     */
    public static KeyMap recognise(List<KeyMap> layouts, WeightsFile file) {
        for (KeyMap layout : layouts) {
            if (layout.matches(file.tensors())) {
                if (layout.refusal != null) {
                    throw new FoveaException(file.name() + " has the layout of " + layout.name + ". " + layout.refusal);
                }
                return layout;
            }
        }
        List<String> names = layouts.stream()
                .filter(l -> l.refusal == null)
                .map(KeyMap::name)
                .toList();
        List<String> keys = file.tensors().entrySet().stream()
                .map(e -> e.getKey() + " " + Arrays.toString(e.getValue().shape()))
                .toList();
        throw new FoveaException(file.name() + " has none of the known layouts (" + String.join("; ", names) + ")."
                + list("It holds", keys));
    }

    // ---- renaming ----

    /** Our name of a tensor of theirs; {@value #NOTHING} if it is left out, empty if no rule knows it. */
    Optional<String> ours(String key) {
        return translate(key, true);
    }

    /**
     * The file's tensors under our names.
     *
     * @param ours the shape of every tensor that the network has
     * @throws FoveaException with every key that no rule knows, that the network lacks or misses, or that has another shape: the first few
     *     of each and how many
     */
    public Map<String, StoredTensor> apply(WeightsFile file, Map<String, long[]> ours) {
        Map<String, StoredTensor> mapped = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        List<String> shapes = new ArrayList<>();
        file.tensors().forEach((key, tensor) -> {
            Optional<String> name = ours(key);
            if (name.isEmpty()) {
                unknown.add(key);
            } else if (!name.get().equals(NOTHING)) {
                long[] wanted = ours.get(name.get());
                if (wanted == null || mapped.put(name.get(), tensor) != null) {
                    unknown.add(key + " (as " + name.get() + ")");
                } else if (!Arrays.equals(wanted, tensor.shape())) {
                    shapes.add(key + " " + Arrays.toString(tensor.shape()) + " instead of " + Arrays.toString(wanted));
                }
            }
        });
        List<String> missing = new ArrayList<>();
        for (String key : ours.keySet()) {
            String theirs = translate(key, false).orElse(key);
            if (!mapped.containsKey(key) && !theirs.equals(NOTHING)) {
                missing.add(theirs);
            }
        }
        if (!unknown.isEmpty() || !missing.isEmpty() || !shapes.isEmpty()) {
            throw new FoveaException(file.name() + ", read as " + name + ", does not fit the network."
                    + list("Missing", missing) + list("Not part of it", unknown) + list("Of another shape", shapes));
        }
        return mapped;
    }

    /** Copies the file's tensors into a network; throws what {@link #apply} throws. */
    public void load(WeightsFile file, Module network) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        network.state().forEach((name, t) -> shapes.put(name, t.shape()));
        StoredTensor.load(apply(file, shapes), network);
    }

    /**
     * Our tensors under this layout's names.
     *
     * @throws FoveaException with the keys that the layout has no name for
     */
    public Map<String, StoredTensor> export(Map<String, StoredTensor> ours) {
        Map<String, StoredTensor> theirs = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        ours.forEach((key, tensor) -> {
            Optional<String> name = translate(key, false);
            if (name.isEmpty() || (!name.get().equals(NOTHING) && theirs.put(name.get(), tensor) != null)) {
                unknown.add(key);
            }
        });
        if (!unknown.isEmpty()) {
            throw new FoveaException(
                    "The layout " + name + " has no names for these weights." + list("Left over", unknown));
        }
        return theirs;
    }

    /** A key on the other side of the first rule that fits it; {@value #NOTHING} if it is left out there. */
    private Optional<String> translate(String key, boolean theirs) {
        for (Rule rule : rules) {
            KeyPattern from = theirs ? rule.theirs : rule.ours;
            KeyPattern to = theirs ? rule.ours : rule.theirs;
            Optional<String> name = from.match(key).flatMap(to::fill);
            if (name.isPresent()) {
                return name;
            }
        }
        return Optional.empty();
    }

    private static String list(String title, List<String> items) {
        if (items.isEmpty()) {
            return "";
        }
        String more = items.size() > SHOWN ? ", ..." : "";
        return " " + title + " (" + items.size() + "): "
                + String.join(", ", items.subList(0, Math.min(SHOWN, items.size()))) + more + ".";
    }

    @Override
    public String toString() {
        return "KeyMap(" + name + ")";
    }
}
