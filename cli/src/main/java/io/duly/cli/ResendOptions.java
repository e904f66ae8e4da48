package io.duly.cli;

import io.duly.operations.Installation;
import io.duly.operations.Resending;
import io.duly.orders.Resends;
import java.io.PrintWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Under which conditions orders are sent again by decision. */
final class ResendOptions {
  @Option(
      names = "--max-calls",
      paramLabel = "N",
      description =
          "Refuse where more than N orders would be sent again, or with --dead records put back.")
  private @Nullable Integer most;

  @Option(
      names = "--new-key",
      description =
          "Give orders in doubt a new idempotency key; those that FAILED get one in any case.")
  private boolean newKey;

  @Option(
      names = "--i-know-this-calls-again",
      description = "Allow a second call of orders that may have been executed.")
  private boolean knows;

  /** How many calls at the most; none unless told. */
  int most() {
    return most == null ? 0 : most;
  }

  /** Tells what would be sent again, and where {@code execute} sends it; returns the exit code. */
  int run(
      Installation installation,
      Resends.Selection selection,
      Person person,
      boolean execute,
      PrintWriter out) {
    Resending resending = new Resending(installation);
    Resending.Plan plan = resending.plan(selection, newKey);
    if (plan.executed() > 0) {
      out.printf(
          "%d of them were executed as far as evidence says, and are %s%n",
          plan.executed(),
          selection.of().ids().isEmpty() ? "left out unless named by id" : "called again");
    }
    if (plan.orders() == 0) {
      out.println("none is " + selection.outcome() + " and can be sent again");
      return 3;
    }
    out.printf(
        "%d %s %s would be sent again with %s: %s%s%n",
        plan.orders(),
        plan.orders() == 1 ? "order" : "orders",
        selection.outcome(),
        plan.newKey() ? "a new idempotency key" : "the same idempotency key",
        String.join(", ", plan.first()),
        plan.orders() > plan.first().size() ? ", ..." : "");
    int allowed = most == null ? selection.of().ids().size() : most;
    Resending.Permission permission =
        new Resending.Permission(person.who(), person.reason(), allowed, knows);
    Optional<String> refusal = Resending.refusal(plan, permission);
    if (refusal.isPresent()) {
      out.println("refused: " + refusal.get());
      return 4;
    }
    if (!execute) {
      out.println("--execute does it");
      return 0;
    }
    Resends.Done done = resending.send(plan, permission);
    out.printf("%d are sent again by run %d%n", done.orders(), done.run());
    return 0;
  }
}
