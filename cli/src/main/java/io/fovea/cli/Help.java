package io.fovea.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What {@code --help} looks like: systems apart from commands, a verb's own options before those that all have. */
final class Help {
    private static final int WIDTH = 100;

    private Help() {}

    /** For {@code fovea} alone: to be called before it has subcommands, which would take the order over. */
    static void orderSections(CommandLine fovea) {
        fovea.setHelpSectionKeys(List.of(
                UsageMessageSpec.SECTION_KEY_HEADER,
                UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING,
                UsageMessageSpec.SECTION_KEY_SYNOPSIS,
                UsageMessageSpec.SECTION_KEY_COMMAND_LIST,
                UsageMessageSpec.SECTION_KEY_FOOTER));
        fovea.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> systemsAndCommands(fovea));
    }

    static void arrange(CommandLine fovea) {
        fovea.setUsageHelpWidth(WIDTH);
        arrangeAll(fovea);
    }

    private static void arrangeAll(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        usage.synopsisHeading("Usage: ").sortOptions(false).synopsisSubcommandLabel("<verb>");
        usage.commandListHeading("%nVerbs%n").optionListHeading("%nOptions%n").abbreviateSynopsis(true);
        if (usage.header().length == 1) {
            usage.header(usage.header()[0], "");
        }
        command.getSubcommands().values().forEach(Help::arrangeAll);
    }

    private static String systemsAndCommands(CommandLine fovea) {
        Table systems = new Table("  ");
        Systems.ready().forEach(s -> systems.row(s.name(), s.summary()));
        Table commands = new Table("  ");
        fovea.getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(c -> !c.usageMessage().hidden() && Systems.find(c.name()) == null)
                .forEach(c -> commands.row(c.name(), c.usageMessage().header()[0]));
        String more = "  and " + Systems.planned().size() + " more to come: fovea list\n";
        return "\nSystems\n" + systems + more + "\nCommands\n" + commands;
    }
}
