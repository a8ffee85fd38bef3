package io.fovea.weights;

import io.fovea.FoveaException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A machine for Python's pickle format, protocols 2 to 5, that makes plain values only: None is null, bool a {@link Boolean}, int a
 * {@link Long} (a {@link BigInteger} beyond), float a {@link Double}, str a {@link String}, bytes a byte[], list and set an
 * {@link ArrayList}, tuple an unmodifiable {@link List}, dict a {@link LinkedHashMap}. Every class or function that a pickle names goes
 * through {@link TorchObjects}, which knows a short list and refuses the rest by name: nothing is ever executed.
 *
 * <p>A pickle is a program. Time and memory are linear in its length: each instruction makes at most one object, and what copies more than
 * that draws on a budget of the pickle's own length.
 */
final class Pickle {
    private static final Object MARK = new Object();
    private static final int LONGEST_NAME = 1_000;
    private static final int LONGEST_INTEGER = 128;

    private final FileBytes file;
    private final TorchObjects objects;
    private final List<@Nullable Object> stack = new ArrayList<>();
    private final Map<Integer, @Nullable Object> memo = new HashMap<>();
    private final long end;
    private long at;
    private long budget;

    /** A pickle that begins at {@code begin} and ends before {@code end}. */
    Pickle(FileBytes file, long begin, long end, TorchObjects objects) {
        this.file = file;
        this.at = begin;
        this.end = end;
        this.objects = objects;
        this.budget = end - begin;
    }

    /** Where the first byte after the pickle is, once it was read. */
    long position() {
        return at;
    }

    /** Runs the pickle to its end and returns what it describes. */
    @Nullable
    Object load() {
        while (true) {
            int op = u1();
            if (op == '.') {
                return pop();
            }
            if (!(value(op) || text(op) || memory(op) || collection(op) || object(op))) {
                throw broken("has the instruction 0x" + Integer.toHexString(op) + ", which no pickle of tensors needs");
            }
        }
    }

    // ---- instructions; each method says whether the instruction was one of its own ----

    private boolean value(int op) {
        switch (op) {
            case 0x80 -> checkProtocol(u1());
            case 0x95 -> count(u8()); // a frame: what it holds follows inline
            case 'N' -> push(null);
            case 0x88 -> push(true);
            case 0x89 -> push(false);
            case 'K' -> push((long) u1());
            case 'M' -> push((long) u2());
            case 'J' -> push((long) i4());
            case 0x8a -> push(integer(u1()));
            case 0x8b -> push(integer(i4()));
            case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(u8())));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean text(int op) {
        switch (op) {
            case 0x8c -> push(utf8(bytes(u1())));
            case 'X' -> push(utf8(bytes(u4())));
            case 0x8d -> push(utf8(bytes(u8())));
            case 'C' -> push(bytes(u1()));
            case 'B' -> push(bytes(u4()));
            case 0x8e, 0x96 -> push(bytes(u8()));
            case 'U' -> push(python2(bytes(u1())));
            case 'T' -> push(python2(bytes(u4())));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean memory(int op) {
        switch (op) {
            case '(' -> push(MARK);
            case '0' -> pop();
            case '1' -> popMark();
            case '2' -> push(top());
            case 'q' -> memo.put(u1(), top());
            case 'r' -> memo.put(i4(), top());
            case 0x94 -> memo.put(memo.size(), top());
            case 'h' -> recall(u1());
            case 'j' -> recall(i4());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean collection(int op) {
        switch (op) {
            case ']', 0x8f -> push(new ArrayList<>());
            case '}' -> push(new LinkedHashMap<>());
            case ')' -> push(List.of());
            case 0x85 -> push(Collections.unmodifiableList(pop(1)));
            case 0x86 -> push(Collections.unmodifiableList(pop(2)));
            case 0x87 -> push(Collections.unmodifiableList(pop(3)));
            case 't' -> push(Collections.unmodifiableList(popMark()));
            case 0x91 -> push(popMark());
            case 'a' -> append(pop(1));
            case 'e', 0x90 -> append(popMark());
            case 's' -> setItems(pop(2));
            case 'u' -> setItems(popMark());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean object(int op) {
        switch (op) {
            case 'c' -> push(objects.named(line(), line()));
            case 0x93 -> {
                List<@Nullable Object> name = pop(2);
                push(objects.named(string(name.get(0)), string(name.get(1))));
            }
            case 'R', 0x81 -> {
                List<@Nullable Object> call = pop(2);
                push(objects.call(call.get(0), list(call.get(1)), this));
            }
            case 'b' -> {
                Object state = pop();
                objects.setState(top(), state);
            }
            case 'Q' -> push(objects.stored(list(pop())));
            default -> {
                return false;
            }
        }
        return true;
    }

    // ---- stack and memo ----

    private void push(@Nullable Object value) {
        stack.add(value);
    }

    private @Nullable Object top() {
        Object value = stack.isEmpty() ? MARK : stack.get(stack.size() - 1);
        if (value == MARK) {
            throw broken("uses a value that is not there");
        }
        return value;
    }

    private @Nullable Object pop() {
        Object value = top();
        stack.remove(stack.size() - 1);
        return value;
    }

    private List<@Nullable Object> pop(int n) {
        List<@Nullable Object> values = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            values.add(pop());
        }
        Collections.reverse(values);
        return values;
    }

    private List<@Nullable Object> popMark() {
        int mark = stack.lastIndexOf(MARK);
        if (mark < 0) {
            throw broken("ends a group that it never began");
        }
        List<@Nullable Object> group = stack.subList(mark, stack.size());
        List<@Nullable Object> values = new ArrayList<>(group.subList(1, group.size()));
        group.clear();
        return values;
    }

    private void recall(int index) {
        if (!memo.containsKey(index)) {
            throw broken("recalls value " + index + ", which it never stored");
        }
        push(memo.get(index));
    }

    // ---- collections ----

    @SuppressWarnings("unchecked")
    private void append(List<@Nullable Object> values) {
        if (!(top() instanceof ArrayList<?> list)) {
            throw broken("appends to something that is no list");
        }
        ((ArrayList<@Nullable Object>) list).addAll(values);
    }

    @SuppressWarnings("unchecked")
    private void setItems(List<@Nullable Object> keysAndValues) {
        if (!(top() instanceof LinkedHashMap<?, ?> map)) {
            throw broken("sets items of something that is no dict");
        }
        if (keysAndValues.size() % 2 != 0) {
            throw broken("has a dict key without a value");
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            ((Map<@Nullable Object, @Nullable Object>) map).put(key(keysAndValues.get(i)), keysAndValues.get(i + 1));
        }
    }

    /** dict and OrderedDict from nothing or from a list of pairs. */
    Map<@Nullable Object, @Nullable Object> dict(List<@Nullable Object> arguments) {
        Map<@Nullable Object, @Nullable Object> dict = new LinkedHashMap<>();
        for (Object pair : copy(arguments)) {
            List<@Nullable Object> keyAndValue = list(pair);
            if (keyAndValue.size() != 2) {
                throw broken("makes a dict of something that is no list of pairs");
            }
            dict.put(key(keyAndValue.get(0)), keyAndValue.get(1));
        }
        return dict;
    }

    /** list, tuple, set and frozenset from nothing or from another one. */
    List<@Nullable Object> copy(List<@Nullable Object> arguments) {
        if (arguments.size() > 1) {
            throw broken("makes a collection with " + arguments.size() + " arguments");
        }
        List<@Nullable Object> values = arguments.isEmpty() ? List.of() : list(arguments.get(0));
        spend(values.size());
        return new ArrayList<>(values);
    }

    /** Draws on the budget for work that one instruction would do on many values. */
    void spend(int values) {
        budget -= values;
        if (budget < 0) {
            throw broken("copies more than it holds");
        }
    }

    // ---- checked views ----

    private @Nullable Object key(@Nullable Object key) {
        if (key == null || key instanceof String || key instanceof Number || key instanceof Boolean) {
            return key;
        }
        throw broken("has a dict key that is neither a string nor a number");
    }

    @SuppressWarnings("unchecked")
    List<@Nullable Object> list(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return (List<@Nullable Object>) list;
        }
        throw broken("has another value where a tuple or list was expected");
    }

    String string(@Nullable Object value) {
        if (value instanceof String s) {
            return s;
        }
        throw broken("has another value where a string was expected");
    }

    /** The error for this pickle: a clause about what is wrong with it. */
    FoveaException broken(String what) {
        return file.wrong("is broken: its pickle, before byte " + at + ", " + what);
    }

    // ---- bytes ----

    private long count(long n) {
        if (n < 0 || n > end - at) {
            throw broken("claims " + Long.toUnsignedString(n) + " bytes where " + (end - at)
                    + " are left; it is cut off or damaged");
        }
        return n;
    }

    private byte[] bytes(long n) {
        if (count(n) > Integer.MAX_VALUE - 8) {
            throw broken("has a value of " + n + " bytes, too long for anything but tensor data");
        }
        byte[] bytes = file.copy(at, (int) n);
        at += n;
        return bytes;
    }

    private int u1() {
        count(1);
        return file.byteAt(at++);
    }

    private int u2() {
        count(2);
        at += 2;
        return file.shortAt(at - 2);
    }

    private int i4() {
        count(4);
        at += 4;
        return file.intAt(at - 4);
    }

    private long u4() {
        return i4() & 0xffffffffL;
    }

    private long u8() {
        count(8);
        at += 8;
        return file.longAt(at - 8);
    }

    private Object integer(int length) {
        if (length < 0 || length > LONGEST_INTEGER) {
            throw broken("has an integer of " + length + " bytes");
        }
        byte[] littleEndian = bytes(length);
        byte[] bigEndian = new byte[length];
        for (int i = 0; i < length; i++) {
            bigEndian[i] = littleEndian[length - 1 - i];
        }
        BigInteger value = length == 0 ? BigInteger.ZERO : new BigInteger(bigEndian);
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (int c = u1(); c != '\n'; c = u1()) {
            if (line.length() == LONGEST_NAME) {
                throw broken("names something with more than " + LONGEST_NAME + " letters");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    private String utf8(byte[] text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw broken("has a string that is not valid UTF-8");
        }
    }

    /** A str of Python 2, whose encoding nobody wrote down: UTF-8 where it can be, else one character a byte. */
    private static String python2(byte[] text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(text, StandardCharsets.ISO_8859_1);
        }
    }

    private void checkProtocol(int protocol) {
        if (protocol < 2 || protocol > 5) {
            throw broken("has protocol " + protocol + ", 2 to 5 are known");
        }
    }
}
