package io.fovea.torch;

import io.fovea.FoveaException;
import org.bytedeco.pytorch.global.torch;

/** Where tensors live and compute: the CPU or a CUDA GPU. */
public record Device(Kind kind, int index) {
    public enum Kind {
        CPU,
        CUDA
    }

    public static final Device CPU = new Device(Kind.CPU, 0);

    /**
     * Parses {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}.
     *
     * @throws FoveaException if the name is another one or CUDA is not there
     */
    public static Device parse(String name) {
        if (name.equals("cpu")) {
            return CPU;
        }
        boolean cuda = !name.equals("auto") || !Natives.extension().isEmpty();
        if (!cuda) {
            return CPU;
        }
        if (!name.matches("auto|cuda(:\\d{1,3})?")) {
            throw new FoveaException("Device \"" + name + "\" is not known; use cpu, cuda, cuda:N or auto.");
        }
        Natives.boot();
        if (!torch.cuda_is_available()) {
            if (name.equals("auto")) {
                return CPU;
            }
            throw new FoveaException(
                    "Device " + name
                            + " was asked for, but this libtorch sees no CUDA GPU. Build with -Pgpu on a machine with CUDA 13, or use --device cpu.");
        }
        return new Device(Kind.CUDA, name.contains(":") ? Integer.parseInt(name.substring(5)) : 0);
    }

    org.bytedeco.pytorch.Device handle() {
        return kind == Kind.CPU
                ? new org.bytedeco.pytorch.Device(torch.DeviceType.CPU)
                : new org.bytedeco.pytorch.Device(torch.DeviceType.CUDA, (byte) index);
    }

    torch.DeviceType type() {
        return kind == Kind.CPU ? torch.DeviceType.CPU : torch.DeviceType.CUDA;
    }

    static Device of(org.bytedeco.pytorch.Device d) {
        return d.is_cuda() ? new Device(Kind.CUDA, Math.max(0, d.index())) : CPU;
    }

    @Override
    public String toString() {
        return kind == Kind.CPU ? "cpu" : "cuda:" + index;
    }
}
