package io.fovea.weights;

import io.fovea.FoveaException;
import io.fovea.torch.DType;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of weights, whatever its format: recognised by its content, never by its name.
 *
 * @param name path or zoo name, for messages
 * @param format what it is
 * @param metadata of a safetensors file; empty for the others
 * @param tensors by name, still in the file
 * @param wrapper prefix that all names in the file had and lost here; empty if there was none
 */
public record WeightsFile(
        String name, Format format, Map<String, String> metadata, Map<String, StoredTensor> tensors, String wrapper) {
    private static final String EXPECTED = ". A safetensors file or a .pth file of torch.save was expected";
    private static final byte[] TORCH_MAGIC = {
        0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19
    };
    private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.");

    /** Tensors under their own names. */
    public WeightsFile(String name, Format format, Map<String, String> metadata, Map<String, StoredTensor> tensors) {
        this(name, format, metadata, tensors, "");
    }

    /** Formats that are read. */
    public enum Format {
        SAFETENSORS,
        TORCH_ZIP,
        TORCH_LEGACY
    }

    /**
     * Opens a file. Values are read later, tensor by tensor. Names of a file of PyTorch lose the prefixes {@code module.} and
     * {@code _orig_mod.} of wrapped modules where all of them have it.
     *
     * @param roots for torch files: the entries to take the tensors from, see {@link TorchFile#tensors}
     * @throws FoveaException saying what the file is if it is not of one of the formats, what is wrong with it if it is, and if Fovea wrote
     *     it in a newer version of its format
     */
    public static WeightsFile open(Path path, String... roots) {
        return read(FileBytes.open(path), roots);
    }

    static WeightsFile read(FileBytes file, String... roots) {
        if (looksLikeSafetensors(file)) {
            Safetensors content = Safetensors.read(file);
            WeightsFormat.check(content.metadata(), file.name());
            boolean ours = content.metadata().containsKey(WeightsFormat.FORMAT);
            WeightsFile stored =
                    new WeightsFile(file.name(), Format.SAFETENSORS, content.metadata(), content.tensors());
            return ours ? stored : stored.unwrapped();
        }
        if (file.has(0, (byte) 'P', (byte) 'K', (byte) 3, (byte) 4)) {
            Map<String, ZipIndex.Entry> entries = ZipIndex.of(file);
            String foreign = ForeignFile.describeZip(entries.keySet());
            if (!foreign.isEmpty()) {
                throw file.wrong(foreign + EXPECTED);
            }
            Map<String, StoredTensor> tensors = TorchFile.read(file, entries).tensors(roots);
            return new WeightsFile(file.name(), Format.TORCH_ZIP, Map.of(), tensors).unwrapped();
        }
        if (looksLikeLegacyTorch(file)) {
            Map<String, StoredTensor> tensors = TorchFile.read(file).tensors(roots);
            return new WeightsFile(file.name(), Format.TORCH_LEGACY, Map.of(), tensors).unwrapped();
        }
        throw file.wrong(ForeignFile.describe(file) + EXPECTED);
    }

    /** A brace after eight bytes that are a small number, which no text begins with. */
    private static boolean looksLikeSafetensors(FileBytes file) {
        return file.has(8, (byte) '{') && (file.byteAt(7) == 0 || file.byteAt(6) == 0);
    }

    /** A pickle that holds torch's magic number near its beginning, whatever the protocol. */
    private static boolean looksLikeLegacyTorch(FileBytes file) {
        for (int at = 4; at <= 16 && file.has(0, (byte) 0x80); at++) {
            if (file.has(at, TORCH_MAGIC)) {
                return true;
            }
        }
        return false;
    }

    private WeightsFile unwrapped() {
        for (String prefix : WRAPPERS) {
            if (!tensors.isEmpty() && tensors.keySet().stream().allMatch(n -> n.startsWith(prefix))) {
                Map<String, StoredTensor> inner = new LinkedHashMap<>();
                tensors.forEach((key, t) -> inner.put(key.substring(prefix.length()), t));
                return new WeightsFile(name, format, metadata, inner, wrapper + prefix).unwrapped();
            }
        }
        return this;
    }

    /** The system that Fovea wrote the file for, or nothing if another program wrote it. */
    public Optional<String> system() {
        return Optional.ofNullable(metadata.get(WeightsFormat.SYSTEM));
    }

    /** The JSON of the network's configuration, in a file of Fovea. */
    public Optional<String> config() {
        return Optional.ofNullable(metadata.get(WeightsFormat.CONFIG));
    }

    /** The card that travels in the file. */
    public Optional<Card> card() {
        return Optional.ofNullable(metadata.get(WeightsFormat.CARD)).map(json -> Card.fromJson(json, name));
    }

    /**
     * Reads every tensor, half-precision ones (F16, BF16) widened to F32, in which networks compute.
     *
     * @return new tensors by name, which belong to the open {@link Scope}, or to the caller if there is none
     */
    public Map<String, Tensor> load() {
        return load(true);
    }

    /** Like {@link #load()}, with every tensor in the type that it is stored in. */
    public Map<String, Tensor> loadExact() {
        return load(false);
    }

    private Map<String, Tensor> load(boolean widen) {
        Map<String, Tensor> loaded = new LinkedHashMap<>();
        try {
            tensors.forEach((key, stored) -> {
                boolean half = stored.dtype() == DType.F16 || stored.dtype() == DType.BF16;
                loaded.put(key, widen && half ? widened(stored) : stored.toTensor());
            });
        } catch (RuntimeException e) {
            loaded.values().forEach(Tensor::close);
            throw e;
        }
        return loaded;
    }

    private static Tensor widened(StoredTensor stored) {
        try (Scope scope = Scope.open()) {
            return scope.give(stored.toTensor().to(DType.F32));
        }
    }

    /**
     * Writes tensors to a safetensors file, whole or not at all.
     *
     * @param metadata see {@link WeightsFormat#metadata}; may be empty
     * @throws FoveaException if the file exists already or cannot be written
     */
    public static void save(Map<String, Tensor> tensors, Map<String, String> metadata, Path path) {
        Safetensors.write(path, StoredTensor.of(tensors), metadata);
    }

    /** Like {@link #save}, putting the new file in the place of one that may be there. */
    public static void replace(Map<String, Tensor> tensors, Map<String, String> metadata, Path path) {
        Safetensors.replace(path, StoredTensor.of(tensors), metadata);
    }
}
