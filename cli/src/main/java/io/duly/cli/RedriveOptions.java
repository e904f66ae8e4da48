package io.duly.cli;

import io.duly.operations.DeadLetters;
import io.duly.operations.Installation;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** Whether and how often records that were set aside are put back. */
final class RedriveOptions {
  @Option(names = "--dead", description = "Put records back that were set aside as unreadable.")
  private boolean dead;

  @Option(
      names = "--max-redrives",
      defaultValue = "3",
      paramLabel = "N",
      description =
          "With --dead: put no record back more often (default: ${DEFAULT-VALUE}); a higher one reaches those that were left.")
  private int redrives;

  boolean isAsked() {
    return dead;
  }

  /** Tells how many would be put back; returns the exit code. */
  int plan(Installation installation, PrintWriter out) {
    try (DeadLetters letters = new DeadLetters(installation, redrives)) {
      DeadLetters.Count count = letters.plan();
      tell(out, count, "would be");
      return count.redriven() == 0 ? 3 : 0;
    }
  }

  /** Puts back at most {@code most}; returns the exit code. */
  int execute(Installation installation, Person person, int most, PrintWriter out) {
    try (DeadLetters letters = new DeadLetters(installation, redrives)) {
      long wanted = letters.plan().redriven();
      if (wanted > most) {
        out.printf(
            "refused: %d records would be put back, each for a call at the most; --max-calls %d allows it%n",
            wanted, wanted);
        return 4;
      }
      DeadLetters.Count count =
          letters.redrive(new DeadLetters.Permission(person.who(), person.reason(), most));
      tell(out, count, "were");
      return count.redriven() == 0 ? 3 : 0;
    }
  }

  private void tell(PrintWriter out, DeadLetters.Count count, String verb) {
    out.printf(
        "%d records %s put back; %d are left that were put back %d times, %d that are cut%n",
        count.redriven(), verb, count.exhausted(), redrives, count.cut());
  }
}
