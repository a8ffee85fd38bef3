package io.fovea.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea doctor}. */
@Command(
        name = "doctor",
        header = "The machine, the libraries, and what is slow and why",
        footer = {"", "Exits with 1 if something does not work; what is only slow is not a failure."})
final class DoctorCommand implements java.util.concurrent.Callable<Integer> {
    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Option(names = "--quick", description = "Leave out the measurement of speed.")
    private boolean quick;

    @Override
    public Integer call() {
        List<Finding> findings = Checkup.run(options, !quick);
        Table table = new Table("");
        for (Finding f : findings) {
            table.row(f.state().mark(), f.topic(), f.value());
        }
        StringBuilder text = new StringBuilder(table.toString());
        List<Finding> advice =
                findings.stream().filter(f -> !f.advice().isEmpty()).toList();
        if (!advice.isEmpty()) {
            text.append('\n');
            advice.forEach(
                    f -> text.append(f.topic()).append(": ").append(f.advice()).append('\n'));
        }
        options.print(new Result(text.toString(), findings));
        return findings.stream().anyMatch(f -> f.state() == Finding.State.BROKEN) ? Main.FAILED : Main.DONE;
    }
}
