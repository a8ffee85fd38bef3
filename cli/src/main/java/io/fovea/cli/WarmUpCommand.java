package io.fovea.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the launcher runs once after a build: loads everything that a first picture needs, so that the JVM can archive the classes. */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Runnable {
    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Override
    public void run() {
        options.startEngine();
    }
}
