package io.fovea.weights;

import io.fovea.FoveaException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@code torch.save}: the zip archive that PyTorch writes since 1.6, or the stream of pickles before it. Read with an
 * allow-list; nothing in the file is executed. Tensors stay in the file until they are asked for, whatever device they were saved from.
 */
public final class TorchFile {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long LEGACY_PROTOCOL = 1001;
    private static final int DEEPEST = 16;
    private static final int MOST_ENTRIES = 1_000_000;
    private static final int MOST_SHARING = 8;

    private final FileBytes file;
    private final @Nullable Object root;

    private TorchFile(FileBytes file, @Nullable Object root) {
        this.file = file;
        this.root = root;
    }

    /**
     * Opens a file.
     *
     * @throws FoveaException if it is neither of the two formats, is damaged, or asks for a class that is not a tensor or a plain value
     */
    public static TorchFile open(Path path) {
        return read(FileBytes.open(path));
    }

    static TorchFile read(FileBytes file) {
        return new TorchFile(
                file, file.has(0, (byte) 'P', (byte) 'K') ? readZip(file, ZipIndex.of(file)) : readLegacy(file));
    }

    static TorchFile read(FileBytes file, Map<String, ZipIndex.Entry> entries) {
        return new TorchFile(file, readZip(file, entries));
    }

    /**
     * What was saved: null, {@link Boolean}, {@link Long}, {@link BigInteger}, {@link Double}, {@link String}, byte[], a {@link List} (list,
     * tuple, set, torch.Size), a {@link Map} (dict, OrderedDict), a {@link io.fovea.torch.DType} or a {@link StoredTensor}. May contain itself
     * if the saved object did.
     */
    public @Nullable Object root() {
        return root;
    }

    // ---- zip ----

    private static @Nullable Object readZip(FileBytes file, Map<String, ZipIndex.Entry> entries) {
        String folder = folder(file, entries);
        ZipIndex.Entry order = entries.get(folder + "byteorder");
        if (order != null
                && !"little"
                        .equals(new String(
                                file.copy(order.at(), (int) Math.min(order.size(), 9)), StandardCharsets.US_ASCII))) {
            throw file.wrong("was saved on a big-endian machine, only little-endian files are read");
        }
        ZipIndex.Entry pickle = stored(file, entries, folder + "data.pkl");
        TorchObjects objects = new TorchObjects(file, (dtype, key, count) -> {
            ZipIndex.Entry data = stored(file, entries, folder + "data/" + key);
            if (count > data.size() || count * dtype.bytes() != data.size()) {
                throw file.wrong("is broken: its pickle takes storage " + FileBytes.quoted(key) + " for " + count
                        + " values of " + dtype + ", it has " + data.size() + " bytes");
            }
            return new TorchObjects.Storage(dtype, count, data.at());
        });
        return new Pickle(file, pickle.at(), pickle.at() + pickle.size(), objects).load();
    }

    /** The one folder that everything of a torch archive lies in, with its slash. */
    private static String folder(FileBytes file, Map<String, ZipIndex.Entry> entries) {
        List<String> pickles = entries.keySet().stream()
                .filter(n -> n.endsWith("/data.pkl") && n.indexOf('/') == n.lastIndexOf('/'))
                .toList();
        if (pickles.size() != 1) {
            throw file.wrong(
                    "is a zip archive with " + pickles.size() + " entries */data.pkl; a file of torch.save has one");
        }
        return pickles.get(0).replace("data.pkl", "");
    }

    private static ZipIndex.Entry stored(FileBytes file, Map<String, ZipIndex.Entry> entries, String name) {
        ZipIndex.Entry entry = entries.get(name);
        if (entry == null) {
            throw file.wrong("is broken: its entry " + FileBytes.quoted(name) + " is missing");
        }
        if (!entry.stored()) {
            throw file.wrong("has a compressed entry " + FileBytes.quoted(name)
                    + ", which torch.save never writes; it was packed anew." + " Load it in Python and save it again");
        }
        return entry;
    }

    // ---- legacy ----

    private static @Nullable Object readLegacy(FileBytes file) {
        TorchObjects plain = TorchObjects.plain(file);
        Pickle magic = new Pickle(file, 0, file.length(), plain);
        if (!MAGIC.equals(magic.load())) {
            throw file.wrong("is no file of torch.save: its first value is not the magic number");
        }
        Pickle protocol = new Pickle(file, magic.position(), file.length(), plain);
        if (!Long.valueOf(LEGACY_PROTOCOL).equals(protocol.load())) {
            throw file.wrong("has another version of the legacy torch format than " + LEGACY_PROTOCOL);
        }
        Pickle system = new Pickle(file, protocol.position(), file.length(), plain);
        if (!(system.load() instanceof Map<?, ?> info) || !Boolean.TRUE.equals(info.get("little_endian"))) {
            throw file.wrong("was not saved on a little-endian machine, others are not read");
        }
        Map<String, TorchObjects.Storage> storages = new HashMap<>();
        TorchObjects objects = new TorchObjects(file, (dtype, key, count) -> {
            if (count > file.length() / dtype.bytes()) {
                throw file.wrong("is cut off: it claims " + count + " values of " + dtype + " and has " + file.length()
                        + " bytes");
            }
            TorchObjects.Storage storage =
                    storages.computeIfAbsent(key, k -> new TorchObjects.Storage(dtype, count, -1));
            if (storage.dtype != dtype || storage.count != count) {
                throw file.wrong("is broken: it describes storage " + FileBytes.quoted(key) + " in two ways");
            }
            return storage;
        });
        Pickle content = new Pickle(file, system.position(), file.length(), objects);
        Object root = content.load();
        Pickle keys = new Pickle(file, content.position(), file.length(), plain);
        placeStorages(file, keys.list(keys.load()), keys.position(), storages);
        return root;
    }

    /** The values follow the pickles: for each key the number of values, then the values. */
    private static void placeStorages(
            FileBytes file, List<?> keys, long at, Map<String, TorchObjects.Storage> storages) {
        for (Object key : keys) {
            TorchObjects.Storage storage = key instanceof String ? storages.get(key) : null;
            if (storage == null || storage.at >= 0) {
                throw file.wrong("is broken: it has values for a storage that no tensor uses");
            }
            long bytes = storage.count * storage.dtype.bytes();
            if (file.length() - at < 8 + bytes) {
                throw file.wrong("is cut off: storage " + FileBytes.quoted((String) Objects.requireNonNull(key))
                        + " takes " + bytes + " bytes, " + Math.max(0, file.length() - at - 8) + " are left");
            }
            if (file.longAt(at) != storage.count) {
                throw file.wrong("is broken: storage " + FileBytes.quoted((String) Objects.requireNonNull(key))
                        + " should have " + storage.count + " values and claims " + file.longAt(at));
            }
            storage.at = at + 8;
            at += 8 + bytes;
        }
        storages.forEach((key, storage) -> {
            if (storage.at < 0) {
                throw file.wrong("is broken: the values of storage " + FileBytes.quoted(key) + " are missing");
            }
        });
    }

    // ---- state dicts ----

    /**
     * The tensors of the first of these entries that the saved dict has, else of the saved dict itself, with everything that is no tensor
     * left out. Dicts within are flattened, names joined with dots. {@code tensors("params_ema", "params")} finds the averaged weights
     * where there are some, the plain ones where not, and reads a bare state dict as well.
     *
     * @throws FoveaException if there are no tensors, saying where in the file some are
     */
    public Map<String, StoredTensor> tensors(String... roots) {
        if (!(root instanceof Map<?, ?> top)) {
            throw file.wrong("holds no dict of named tensors");
        }
        Map<?, ?> chosen = top;
        for (String name : roots) {
            if (top.get(name) instanceof Map<?, ?> part) {
                chosen = part;
                break;
            }
        }
        if (chosen == top && roots.length > 0 && top.values().stream().noneMatch(StoredTensor.class::isInstance)) {
            throw file.wrong(
                    "holds no tensors under " + String.join(", ", roots) + ". It has the entries " + names(top));
        }
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        flatten("", chosen, 0, new int[] {MOST_ENTRIES}, tensors);
        if (tensors.isEmpty()) {
            throw file.wrong("holds no tensors, only the entries " + names(chosen));
        }
        long bytes = 0;
        for (StoredTensor t : tensors.values()) {
            bytes += t.bytes();
            if (bytes / MOST_SHARING > file.length()) {
                throw file.wrong("claims tensors of more than " + MOST_SHARING + " times its own size");
            }
        }
        return tensors;
    }

    private static String names(Map<?, ?> map) {
        String first = map.keySet().stream()
                .limit(8)
                .map(k -> FileBytes.quoted(String.valueOf(k)))
                .collect(Collectors.joining(", "));
        return first + (map.size() > 8 ? " and " + (map.size() - 8) + " more" : "");
    }

    private void flatten(String path, Map<?, ?> map, int depth, int[] left, Map<String, StoredTensor> into) {
        left[0] -= map.size();
        if (depth > DEEPEST || left[0] < 0) {
            throw file.wrong("nests its dicts without an end");
        }
        map.forEach((key, value) -> {
            String name = path.isEmpty() ? String.valueOf(key) : path + "." + key;
            if (value instanceof Map<?, ?> inner) {
                flatten(name, inner, depth + 1, left, into);
            } else if (value instanceof StoredTensor tensor && into.put(name, tensor) != null) {
                throw file.wrong("has two tensors named " + FileBytes.quoted(name));
            }
        });
    }
}
