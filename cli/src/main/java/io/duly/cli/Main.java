package io.duly.cli;

import io.duly.runtime.UserError;
import io.duly.sandbox.InvalidInput;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/**
 * Runs the command line. What a person can mend is one line on standard error and exit code 1,
 * never a stack trace.
 */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Logging.toStandardError();
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter notes = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(execute(out, notes, args));
  }

  /**
   * Runs one command whose results go to {@code out} and whose notes and errors go to {@code
   * notes}; returns its exit code.
   */
  public static int execute(PrintWriter out, PrintWriter notes, String... args) {
    return new CommandLine(new DulyCommand())
        .setOut(out)
        .setErr(notes)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Main::explain)
        .execute(args);
  }

  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    if (failure instanceof UserError || failure instanceof InvalidInput) {
      String.valueOf(failure.getMessage())
          .lines()
          .forEach(line -> command.getErr().println("duly: " + line));
    } else {
      command.getErr().println("duly: unexpected failure, please report it: " + failure);
      failure.printStackTrace(command.getErr());
    }
    return 1;
  }
}
