package io.fovea.torch;

import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.global.torch;

/** Decompositions of matrices, in the matrix's own precision. Not for networks: neither autograd nor tracers follow them. */
public final class Linalg {
    static {
        Natives.boot();
    }

    private Linalg() {}

    /**
     * A = U diag(S) V^T.
     *
     * @param u rows, r with r = min(rows, columns)
     * @param s r, falling
     * @param vt r, columns
     */
    public record Svd(Tensor u, Tensor s, Tensor vt) {}

    /** The thin singular value decomposition. */
    public static Svd svd(Tensor a) {
        try {
            T_TensorTensorTensor_T found = torch.linalg_svd(a.n.detach(), false, new StringViewOptional());
            return new Svd(copy(found.get0()), copy(found.get1()), copy(found.get2()));
        } catch (RuntimeException e) {
            throw Errors.of("svd", e, a);
        }
    }

    /** A = Q R with orthonormal columns in Q; r = min(rows, columns). */
    public record Qr(Tensor q, Tensor r) {}

    /** The thin QR decomposition. */
    public static Qr qr(Tensor a) {
        try {
            T_TensorTensor_T found = torch.linalg_qr(a.n.detach(), "reduced");
            return new Qr(copy(found.get0()), copy(found.get1()));
        } catch (RuntimeException e) {
            throw Errors.of("qr", e, a);
        }
    }

    /** R alone of the thin QR decomposition: R^T R = A^T A. */
    public static Tensor r(Tensor a) {
        try {
            return copy(torch.linalg_qr(a.n.detach(), "r").get1());
        } catch (RuntimeException e) {
            throw Errors.of("qr", e, a);
        }
    }

    private static Tensor copy(org.bytedeco.pytorch.Tensor viewOfTuple) {
        return new Tensor(new org.bytedeco.pytorch.Tensor(viewOfTuple));
    }
}
