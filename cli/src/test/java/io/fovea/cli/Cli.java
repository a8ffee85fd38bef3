package io.fovea.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A command line run in this process. */
public record Cli(int code, String out, String err) {
    public static Cli run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out), new PrintWriter(err, true), args);
        return new Cli(code, out.toString(), err.toString());
    }
}
