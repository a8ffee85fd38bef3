package io.fovea;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Configuration as data: records to JSON and back. Enum values are written in lower case. Unknown keys are refused with the nearest
 * known one, wrong values with what is allowed.
 */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private Json() {}

    /** A record as indented JSON; enum values in lower case. */
    public static String write(Object value) {
        return toTree(value).toPrettyString();
    }

    /** A record as one line of JSON. */
    public static String writeLine(Object value) {
        return toTree(value).toString();
    }

    /** A record as a tree; enum values in lower case. */
    public static JsonNode toTree(Object value) {
        return lowerEnums(value, MAPPER.valueToTree(value));
    }

    /** Parses any JSON text; {@code where} names it in messages. */
    public static JsonNode tree(String text, String where) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new FoveaException(where + " is not valid JSON: " + e.getOriginalMessage() + position(e) + ".", e);
        }
    }

    /**
     * Reads a record; {@code where} names the text in messages.
     *
     * @throws FoveaException naming an unknown key and the nearest known one, a missing one, or a value that is not allowed
     */
    public static <T> T read(String text, Class<T> type, String where) {
        return read(tree(text, where), type, where);
    }

    /** As {@link #read(String, Class, String)} for a tree. */
    public static <T> T read(JsonNode tree, Class<T> type, String where) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            String fault = fault(tree, type, "");
            if (fault != null) {
                throw new FoveaException(where + ": " + fault, e);
            }
            if (e instanceof InvalidFormatException value) {
                throw new FoveaException(
                        where + ": " + path(value) + " is \"" + value.getValue() + "\"; it must be "
                                + allowed(value.getTargetType()) + ".",
                        e);
            }
            if (cause(e) instanceof FoveaException f) {
                throw new FoveaException(where + ": " + f.getMessage(), e);
            }
            String field = e instanceof JsonMappingException m ? path(m) : "";
            throw new FoveaException(
                    where + ": " + (field.isEmpty() ? "" : field + ": ") + e.getOriginalMessage() + ".", e);
        }
    }

    /**
     * What is wrong with a tree that shall become a record, in the words of its reader: a key that is not known, a number that is missing or
     * none; null if nothing of the kind.
     */
    private static @Nullable String fault(JsonNode node, Type type, String path) {
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            Type element = list.getActualTypeArguments()[0];
            for (int i = 0; i < node.size(); i++) {
                String fault = fault(node.get(i), element, join(path, Integer.toString(i)));
                if (fault != null) {
                    return fault;
                }
            }
            return null;
        }
        if (type instanceof Class<?> c && c.isRecord()) {
            return node.isObject() && isPlain(c) ? faultOfRecord(node, c, path) : null;
        }
        boolean whole = type == int.class || type == long.class;
        boolean wrong = whole ? !node.isIntegralNumber() : type == double.class && !node.isNumber();
        return wrong ? path + " is " + node + "; it must be a " + (whole ? "whole number." : "number.") : null;
    }

    private static @Nullable String faultOfRecord(JsonNode node, Class<?> type, String path) {
        List<String> known = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!known.contains(field.getKey())) {
                return "\"" + join(path, field.getKey()) + "\" is not known" + didYouMean(field.getKey(), known);
            }
        }
        for (RecordComponent component : type.getRecordComponents()) {
            String name = join(path, component.getName());
            JsonNode child = node.get(component.getName());
            boolean missing = child == null || child.isNull();
            boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            if (missing
                    && !optional
                    && (component.getType().isPrimitive() || component.getType().isRecord())) {
                return name + " is missing.";
            }
            String fault = missing ? null : fault(child, component.getGenericType(), name);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    /** Whether a record is read by its components, not by a creator of its own. */
    private static boolean isPlain(Class<?> record) {
        return Arrays.stream(record.getDeclaredConstructors()).noneMatch(c -> c.isAnnotationPresent(JsonCreator.class))
                && Arrays.stream(record.getDeclaredMethods()).noneMatch(m -> m.isAnnotationPresent(JsonCreator.class));
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /**
     * A copy of a record with leaves replaced, each given as {@code path.to.leaf=value}; list elements by index. The value is JSON, or a
     * bare word for a string.
     */
    public static <T extends Record> T set(T record, Collection<String> assignments) {
        if (assignments.isEmpty()) {
            return record;
        }
        JsonNode root = toTree(record);
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw new FoveaException("--set " + assignment + ": write it as path.to.value=VALUE.");
            }
            setLeaf(root, assignment.substring(0, equals), assignment.substring(equals + 1));
        }
        @SuppressWarnings("unchecked")
        Class<T> type = (Class<T>) record.getClass();
        return read(root, type, "--set");
    }

    private static void setLeaf(JsonNode root, String path, String value) {
        String[] names = path.split("\\.", -1);
        JsonNode node = root;
        for (int i = 0; i < names.length; i++) {
            boolean last = i == names.length - 1;
            String name = names[i];
            if (node instanceof ObjectNode object && object.has(name)) {
                if (last) {
                    object.set(name, value(value));
                    return;
                }
                node = object.get(name);
            } else if (node instanceof ArrayNode array
                    && name.matches("\\d{1,4}")
                    && Integer.parseInt(name) < array.size()) {
                if (last) {
                    array.set(Integer.parseInt(name), value(value));
                    return;
                }
                node = array.get(Integer.parseInt(name));
            } else {
                List<String> known = new ArrayList<>();
                node.fieldNames().forEachRemaining(known::add);
                throw new FoveaException("--set " + path + ": \"" + name + "\" is not known" + didYouMean(name, known));
            }
        }
    }

    private static JsonNode value(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node == null || node.isMissingNode() ? TextNode.valueOf(text) : node;
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(text);
        }
    }

    /** The end of a sentence about a name that is not known: {@code , did you mean "x"?} if one is near, else all that are known. */
    public static String didYouMean(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(k -> distance(name, k)))
                .filter(k -> distance(name, k) <= Math.max(2, name.length() / 3))
                .map(k -> ", did you mean \"" + k + "\"?")
                .orElseGet(() -> known.isEmpty()
                        ? "."
                        : "; known: " + known.stream().sorted().collect(Collectors.joining(", ")) + ".");
    }

    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[b.length()];
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(r -> r.getFieldName() == null ? Integer.toString(r.getIndex()) : r.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static String allowed(@Nullable Class<?> type) {
        if (type != null && type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(c -> ((Enum<?>) c).name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
        }
        return type == null ? "of another type" : "a " + type.getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Throwable cause(Throwable e) {
        Throwable t = e;
        while (t != null && !(t instanceof FoveaException)) {
            t = t.getCause();
        }
        return t;
    }

    private static String position(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }

    // Jackson can lower enums only through a custom serializer for each; walking record and tree together needs none.
    private static JsonNode lowerEnums(@Nullable Object value, JsonNode node) {
        if (value instanceof Enum<?> e) {
            return TextNode.valueOf(e.name().toLowerCase(Locale.ROOT));
        }
        if (value instanceof Record r && node instanceof ObjectNode object) {
            for (var component : r.getClass().getRecordComponents()) {
                JsonNode child = object.get(component.getName());
                if (child != null) {
                    object.set(component.getName(), lowerEnums(read(r, component), child));
                }
            }
        } else if (value instanceof List<?> list && node instanceof ArrayNode array) {
            for (int i = 0; i < list.size(); i++) {
                array.set(i, lowerEnums(list.get(i), array.get(i)));
            }
        }
        return node;
    }

    private static @Nullable Object read(Record r, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(r);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
