package io.duly.cli;

import io.duly.orders.DoubtQueue;
import io.duly.orders.DoubtQueue.Entry;
import io.duly.orders.DoubtQueue.Selection;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the orders in doubt. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists the attempts in doubt, by order id.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage", "3:none is in doubt"})
final class OrdersListCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Option(names = "--run", paramLabel = "RUN", description = "Only those of this run.")
  private @Nullable Long run;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Only with this in their reason.")
  private @Nullable String reason;

  @Option(
      names = "--limit",
      defaultValue = "100",
      paramLabel = "N",
      description = "At most so many (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-orders")) {
      List<Entry> found =
          new DoubtQueue(installation.database().jdbi(), installation.table())
              .list(new Selection(List.of(), run, reason), null, Math.max(1, limit));
      if (found.isEmpty()) {
        out.println("none is in doubt");
        return 3;
      }
      out.println("ORDER  ATTEMPT  RUN  CALLS  SINCE  REASON");
      for (Entry each : found) {
        out.printf(
            "%s  %d  %d  %d  %s  %s%n",
            each.orderId(),
            each.attempt(),
            each.runId(),
            each.calls(),
            each.since(),
            each.reason());
      }
      return 0;
    }
  }
}
