package io.fovea.cli;

import io.fovea.weights.Card;
import io.fovea.weights.Zoo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fovea list}. */
@Command(name = "list", header = "Systems and shipped weights, with their figures")
final class ListCommand implements Runnable {
    /** A line of the table of systems. */
    record SystemRow(String name, String state, String summary) {}

    /** What {@code --json} prints. */
    record Listing(List<SystemRow> systems, List<Card> weights) {}

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Override
    public void run() {
        List<SystemRow> systems = new ArrayList<>();
        Systems.ready().forEach(s -> systems.add(new SystemRow(s.name(), "ready", s.summary())));
        Systems.planned().forEach(s -> systems.add(new SystemRow(s.name(), "planned", s.summary())));
        Table table = new Table("").row("System", "State", "What it does");
        systems.forEach(s -> table.row(s.name(), s.state(), s.summary()));
        Collection<Card> cards = Zoo.ofClassPath().cards().values();
        Table weights = new Table("").row("Weights", "System", "Parameters", "Figures");
        cards.forEach(c -> weights.row(
                c.name(), c.system(), String.format(Locale.ROOT, "%,d", c.parameters()), figures(c.figures())));
        options.print(new Result(
                table + "\n" + (cards.isEmpty() ? "No weights are shipped yet.\n" : weights.toString()),
                new Listing(systems, List.copyOf(cards))));
    }

    private static String figures(List<Card.Figure> figures) {
        return figures.stream()
                .map(f -> f.data() + " " + String.format(Locale.ROOT, "%.3f", f.value()) + " " + f.metric())
                .collect(Collectors.joining("; "));
    }
}
