package io.duly.e2e;

import io.duly.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run of the command line in this process. */
public record Command(int exitCode, String out, String notes) {
  /** Runs {@code duly} with the arguments. */
  public static Command run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter notes = new StringWriter();
    int exitCode = Main.execute(new PrintWriter(out, true), new PrintWriter(notes, true), args);
    return new Command(exitCode, out.toString(), notes.toString());
  }

  /**
   * Runs {@code duly command} with the settings and what it is to be given beside them; throws with
   * what it said if it does not succeed.
   */
  public static void sound(String command, Map<String, String> settings, String... given) {
    List<String> args = new ArrayList<>(List.of(command));
    args.addAll(List.of(given));
    settings.forEach((key, value) -> args.addAll(List.of("--set", key + "=" + value)));
    Command done = run(args.toArray(String[]::new));
    if (done.exitCode() != 0) {
      throw new IllegalStateException(done.notes() + done.out());
    }
  }
}
