package io.duly.cli;

import io.duly.operations.Installation;
import io.duly.orders.IdempotencyKeys;
import io.duly.orders.OrderTimeline;
import io.duly.orders.OrderTimeline.Event;
import io.duly.orders.OrderTimeline.Order;
import io.duly.runtime.Settings;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what happened to one order. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description =
        "Shows what happened to an order: runs, claims, calls with their keys, results, confirmations, decisions, evidence.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage", "3:no such order"})
final class OrdersShowCommand implements Callable<Integer> {
  private static final List<String> COLUMNS = List.of("AT", "WHAT", "DETAIL", "KEY");

  @Mixin private final SettingsOptions options = new SettingsOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Parameters(paramLabel = "ID", description = "The order's id.")
  private String id = "";

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Settings settings = options.load();
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(settings, "duly-orders")) {
      Order order = new OrderTimeline(installation.database().jdbi(), installation.table()).of(id);
      if (!order.isKnown()) {
        Objects.requireNonNull(spec).commandLine().getErr().println("duly: no order " + id);
        return 3;
      }
      IdempotencyKeys keys =
          new IdempotencyKeys(settings.text("installation"), installation.table().name());
      if (output.isTable()) {
        out.println("order " + id + " is " + order.status().orElse("not in the table"));
      }
      output.print(out, COLUMNS, order.events().stream().map(each -> row(each, keys)).toList());
      out.flush();
      return 0;
    }
  }

  private List<@Nullable Object> row(Event event, IdempotencyKeys keys) {
    return Arrays.asList(
        event.at() == null
            ? null
            : event.at().toInstant().truncatedTo(ChronoUnit.MILLIS).toString(),
        event.what(),
        event.detail(),
        event.generation() == null ? null : keys.of(id, event.generation()).toString());
  }
}
