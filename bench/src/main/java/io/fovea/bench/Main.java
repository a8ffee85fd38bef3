package io.fovea.bench;

import io.fovea.FoveaException;
import io.fovea.torch.Engine;
import java.io.IOException;

/** {@code bench/run NAME [ROUNDS] [THREADS]}. */
final class Main {
    private static final int ROUNDS = 7;

    private Main() {}

    /** Prints the figures of one benchmark on stdout. */
    public static void main(String[] args) {
        String name = args.length > 0 ? args[0] : "";
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : ROUNDS;
        int threads = args.length > 2
                ? Integer.parseInt(args[2])
                : Runtime.getRuntime().availableProcessors();
        Engine.threads(threads);
        try {
            switch (name) {
                case "srgan-step" -> TrainingStep.run(rounds, threads);
                case "srgan-frame" -> Inference.run(rounds, threads);
                default -> {
                    System.err.println(
                            "bench/run NAME [ROUNDS] [THREADS]\n  srgan-step   training step of SRResNet beside python3-torch\n"
                                    + "  srgan-frame  a 320 x 180 frame x4 beside python3-torch and ONNX Runtime");
                    System.exit(2);
                }
            }
        } catch (FoveaException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (IOException e) {
            System.err.println("The bench cannot write its temporary files: " + e.getMessage() + ".");
            System.exit(1);
        }
    }
}
