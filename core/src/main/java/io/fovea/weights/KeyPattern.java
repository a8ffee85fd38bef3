package io.fovea.weights;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One side of a rule of a {@link KeyMap}: a key with placeholders. */
final class KeyPattern {
    private static final Pattern SLOT = Pattern.compile("\\{(?:(\\d+)\\*)?([a-z]+|\\*)([+-]\\d+)?}");

    /** A placeholder: the key has factor * variable + shift there. */
    private record Slot(String variable, int factor, int shift) {
        boolean calculates() {
            return factor != 1 || shift != 0;
        }
    }

    private final List<String> literals = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();
    private final List<Boolean> numeric = new ArrayList<>();
    private final Pattern regex;

    KeyPattern(String side, String rule) {
        Matcher m = SLOT.matcher(side);
        StringBuilder expression = new StringBuilder();
        int end = 0;
        while (m.find()) {
            literals.add(side.substring(end, m.start()));
            Slot slot = slot(m);
            slots.add(slot);
            numeric.add(isNumeric(slot.variable, rule));
            expression.append(Pattern.quote(side.substring(end, m.start())));
            expression.append(
                    slot.variable.equals("*") ? "(.*)" : isNumeric(slot.variable, rule) ? "(\\d{1,9})" : "([^.]+)");
            end = m.end();
        }
        literals.add(side.substring(end));
        if (literals.stream().anyMatch(l -> l.contains("{") || l.contains("}"))) {
            throw new IllegalArgumentException("Not a placeholder in " + rule);
        }
        regex = Pattern.compile(expression + Pattern.quote(side.substring(end)), Pattern.DOTALL);
    }

    private static Slot slot(Matcher m) {
        return new Slot(
                m.group(2),
                m.group(1) == null ? 1 : Integer.parseInt(m.group(1)),
                m.group(3) == null ? 0 : Integer.parseInt(m.group(3)));
    }

    private static boolean isNumeric(String variable, String rule) {
        return SLOT.matcher(rule).results().anyMatch(r -> {
            Matcher m = SLOT.matcher(r.group());
            return m.matches() && m.group(2).equals(variable) && slot(m).calculates();
        });
    }

    Set<String> variables() {
        return slots.stream().map(Slot::variable).collect(Collectors.toSet());
    }

    /** What the variables stand for in this key. */
    Optional<Map<String, String>> match(String key) {
        Matcher m = regex.matcher(key);
        if (!m.matches()) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            String value = m.group(i + 1);
            if (numeric.get(i)) {
                long n = Long.parseLong(value) - slot.shift;
                if (n % slot.factor != 0) {
                    return Optional.empty();
                }
                value = Long.toString(n / slot.factor);
            }
            String before = values.put(slot.variable, value);
            if (before != null && !before.equals(value)) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    /** The key in which the variables stand for this, if there is one. */
    Optional<String> fill(Map<String, String> values) {
        StringBuilder key = new StringBuilder(literals.get(0));
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            String value = values.get(slot.variable);
            if (value == null) {
                return Optional.empty();
            }
            if (numeric.get(i)) {
                long n = Long.parseLong(value) * slot.factor + slot.shift;
                if (n < 0) {
                    return Optional.empty();
                }
                value = Long.toString(n);
            }
            key.append(value).append(literals.get(i + 1));
        }
        return Optional.of(key.toString());
    }
}
