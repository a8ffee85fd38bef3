package io.fovea.cli;

import io.fovea.FoveaException;
import io.fovea.cli.srgan.SrganDemo;
import io.fovea.report.HtmlPage;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea demo}. */
@Command(
        name = "demo",
        header = "A page with results on photographs that Fovea brings",
        footer = {"", "The page needs no network. An earlier page in the folder is replaced."})
final class DemoCommand implements Runnable {
    private static final String PAGE = "index.html";
    private static final String FRESH = ".new";

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Option(names = "--output", paramLabel = "DIR", description = "Folder for the page (default: demo).")
    private Path output = Path.of("demo");

    @Override
    public void run() {
        options.startEngine();
        Path page = output.resolve(PAGE).toAbsolutePath().normalize();
        refuseForeignFolder();
        PrintWriter err = options.err();
        HtmlPage html = new HtmlPage("Fovea: what it does", "demo").style(resource("demo.css"));
        List<DemoSection> sections = List.of(new SrganDemo());
        html.add("""
                <h1>See for yourself</h1>
                <p class="lead">Everything below was computed by Fovea on the machine that wrote this page.</p>
                """);
        StringBuilder links = new StringBuilder("<nav class=\"systems\" aria-label=\"Systems\">");
        sections.forEach(s -> links.append("<a href=\"#%s\">%s</a>".formatted(s.name(), HtmlPage.escape(s.title()))));
        html.add(links.append("</nav>").toString());
        // An earlier page keeps its pictures until the new ones are there.
        Path fresh = emptyFolder(output.resolve(FRESH));
        for (DemoSection section : sections) {
            Path folder = emptyFolder(fresh.resolve(section.name()));
            String body = section.write(folder, line -> err.println(section.name() + "  " + line));
            html.add("<section id=\"%s\"><h2>%s</h2>%n%s</section>"
                    .formatted(section.name(), HtmlPage.escape(section.heading()), body));
        }
        html.footer(
                "<p>Computed on %s by Fovea %s.</p><p>Who took the photographs, and their licences: docs/credits.md.</p>"
                        .formatted(LocalDate.now(ZoneId.systemDefault()), HtmlPage.escape(Version.text())));
        html.script(resource("demo.js"));
        for (DemoSection section : sections) {
            move(fresh.resolve(section.name()), output.resolve(section.name()));
        }
        delete(fresh);
        byte[] content = html.render().getBytes(StandardCharsets.UTF_8);
        OutputFile.write(page, true, file -> write(file, content));
        options.print(new Result(page + "\n", Map.of("page", page.toString())));
    }

    private void refuseForeignFolder() {
        if (!Files.exists(output) || Files.exists(output.resolve(PAGE))) {
            return;
        }
        try (Stream<Path> files = Files.list(output)) {
            boolean foreign = files.map(f -> String.valueOf(f.getFileName()))
                    .anyMatch(name -> !name.equals(FRESH) && Systems.find(name) == null);
            if (foreign) {
                throw new FoveaException(
                        "The folder " + output + " holds other things than a demo page; choose another with --output.");
            }
        } catch (IOException e) {
            throw FoveaException.cannotWrite(output, e);
        }
    }

    private static Path emptyFolder(Path folder) {
        delete(folder);
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw FoveaException.cannotWrite(folder, e);
        }
    }

    private static void move(Path from, Path to) {
        delete(to);
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw FoveaException.cannotWrite(to, e);
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw FoveaException.cannotWrite(folder, e);
        }
    }

    private static void write(Path file, byte[] content) {
        try {
            Files.write(file, content);
        } catch (IOException e) {
            throw FoveaException.cannotWrite(file, e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = DemoCommand.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + name + " is missing in Fovea's jar.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
