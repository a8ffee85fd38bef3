package io.fovea.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Derivatives. The state (gradients on or off) belongs to the calling thread. */
public final class Autograd {
    static {
        Natives.boot();
    }

    private Autograd() {}

    /** Ends what it began when closed; use it in try-with-resources. */
    public interface Guard extends AutoCloseable {
        @Override
        void close();
    }

    /** Nothing computed until the guard closes is remembered for a backward pass. */
    public static Guard noGrad() {
        NoGradGuard guard = new NoGradGuard();
        return guard::close;
    }

    /** Like {@link #noGrad()} and faster; what is computed inside can never take part in a backward pass later. */
    public static Guard inference() {
        InferenceMode guard = new InferenceMode(true);
        return guard::close;
    }

    /** Adds the derivative of a scalar to the gradient of every leaf that wants one. */
    public static void backward(Tensor loss) {
        backward(loss, false);
    }

    /** As {@link #backward(Tensor)}; with {@code retainGraph} the same graph can be walked again. */
    public static void backward(Tensor loss, boolean retainGraph) {
        try (Scope scope = Scope.open()) {
            loss.n.backward(
                    new org.bytedeco.pytorch.Tensor(),
                    new BoolOptional(retainGraph),
                    false,
                    new TensorArrayRefOptional());
        } catch (RuntimeException e) {
            throw Errors.of("backward", e, loss);
        }
    }

    /**
     * Derivatives of the sum of {@code output} with respect to each input, in the order of the inputs.
     *
     * @param createGraph true to differentiate the result again (gradient penalties, path lengths)
     */
    public static List<Tensor> grad(Tensor output, List<Tensor> inputs, boolean createGraph) {
        try {
            TensorVector in =
                    new TensorVector(inputs.stream().map(t -> t.n).toArray(org.bytedeco.pytorch.Tensor[]::new));
            TensorVector found = torch.grad(
                    new TensorVector(output.n),
                    in,
                    new TensorVector(),
                    new BoolOptional(createGraph),
                    createGraph,
                    false);
            List<Tensor> grads = new ArrayList<>();
            for (long i = 0; i < found.size(); i++) {
                grads.add(new Tensor(new org.bytedeco.pytorch.Tensor(found.get(i)))); // get() is a view into the vector
            }
            return grads;
        } catch (RuntimeException e) {
            throw Errors.of("grad", e, output);
        }
    }
}
