package io.fovea.weights;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Says of a file that is no weights file what it is instead, from its first bytes. */
final class ForeignFile {
    private record Signature(int at, String hex, String what) {}

    private static final List<Signature> SIGNATURES = List.of(
            new Signature(0, "89484446", "is an HDF5 file, as Keras writes"),
            new Signature(0, "934e554d5059", "is a single NumPy array (.npy)"),
            new Signature(0, "47475546", "is a GGUF file"),
            new Signature(0, "1f8b", "is gzip-compressed; unpack it first"),
            new Signature(0, "fd377a585a00", "is xz-compressed; unpack it first"),
            new Signature(0, "28b52ffd", "is zstd-compressed; unpack it first"),
            new Signature(0, "377abcaf271c", "is a 7z archive; unpack it first"),
            new Signature(
                    257,
                    "7573746172",
                    "is a tar archive, as PyTorch before 0.1.10 wrote; load it in Python and save it again"),
            new Signature(0, "89504e470d0a1a0a", "is a PNG picture"),
            new Signature(0, "ffd8ff", "is a JPEG picture"),
            new Signature(4, "54464c33", "is a TensorFlow Lite model"));

    private ForeignFile() {}

    /** A clause that begins with "is". */
    static String describe(FileBytes file) {
        if (file.length() == 0) {
            return "is empty (0 bytes); it was not downloaded or copied";
        }
        for (Signature s : SIGNATURES) {
            if (file.has(s.at, HexFormat.of().parseHex(s.hex))) {
                return s.what;
            }
        }
        String start = new String(file.copy(0, (int) Math.min(file.length(), 512)), StandardCharsets.ISO_8859_1);
        if (start.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\r' || c == '\t')) {
            return text(start.strip());
        }
        if (file.has(0, (byte) 0x80) && file.byteAt(1) <= 5) {
            return "is a Python pickle, but not one of torch.save";
        }
        if (onnx(file)) {
            return "is an ONNX model: a network with its weights inside";
        }
        return "is of no kind that Fovea knows";
    }

    private static String text(String start) {
        String lower = start.toLowerCase(Locale.ROOT);
        if (lower.startsWith("version https://git-lfs")) {
            return "is a git-lfs pointer, not the file it stands for; run \"git lfs pull\"";
        }
        if (lower.contains("<html") || lower.contains("<!doctype html")) {
            return "is a web page, probably an error page saved in the file's place; download it again";
        }
        return "is a text file that begins with "
                + FileBytes.quoted(start.lines().findFirst().orElse(""));
    }

    /** ModelProto begins with field 1, the IR version, a small number, followed by another field of its own. */
    private static boolean onnx(FileBytes file) {
        return file.length() > 16
                && file.byteAt(0) == 0x08
                && file.byteAt(1) <= 32
                && List.of(0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42).contains(file.byteAt(2));
    }

    /** What a zip archive that is no plain torch file is, from its entries' names; empty if it may be one. */
    static String describeZip(Set<String> entries) {
        if (entries.stream().anyMatch(n -> n.endsWith("/constants.pkl") || n.contains("/code/"))) {
            return "is a TorchScript program (torch.jit.save); in Python, save its weights alone with"
                    + " torch.save(torch.jit.load(file).state_dict(), other)";
        }
        if (!entries.isEmpty() && entries.stream().allMatch(n -> n.endsWith(".npy"))) {
            return "is a NumPy archive (.npz)";
        }
        return "";
    }
}
