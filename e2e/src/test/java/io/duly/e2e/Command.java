package io.duly.e2e;

import io.duly.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;

/** One run of the command line in this process. */
record Command(int exitCode, String out, String notes) {
  static Command run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter notes = new StringWriter();
    int exitCode = Main.execute(new PrintWriter(out, true), new PrintWriter(notes, true), args);
    return new Command(exitCode, out.toString(), notes.toString());
  }
}
