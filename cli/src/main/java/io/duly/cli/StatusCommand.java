package io.duly.cli;

import io.duly.orders.Pauses;
import io.duly.orders.Run;
import io.duly.orders.RunLife;
import io.duly.orders.RunTable;
import io.duly.orders.RunTotals;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows where a run stands. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows where a run stands; without a number the latest.")
final class StatusCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(arity = "0..1", paramLabel = "RUN", description = "Number of the run.")
  private @Nullable Long number;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-status")) {
      new Pauses(installation.database().jdbi())
          .current()
          .ifPresent(pause -> out.printf("paused     %s%n", pause.reason()));
      out.println("log        " + LogLine.of(installation));
      out.println("table      " + TotalsLine.of(installation));
      RunTable runs = new RunTable(installation.database().jdbi());
      ScheduleLines.print(out, installation, runs);
      Optional<Run> run = number == null ? runs.latest() : runs.find(number);
      if (run.isEmpty()) {
        out.println("no such run");
        return 3;
      }
      RunTotals totals = runs.totals(run.get().id());
      out.printf(
          "run        %d of schedule '%s', fired %s%n",
          run.get().id(), run.get().schedule(), run.get().fireTime());
      out.printf("state      %s%n", run.get().state());
      out.printf("selected   %d%n", run.get().selected());
      out.printf("completed  %d%n", totals.completed());
      out.printf("failed     %d%n", totals.failed());
      out.printf("in doubt   %d%n", totals.inDoubt());
      RunLife.read(installation.database().jdbi(), run.get().id())
          .ifPresent(life -> RunLifeLines.print(out, life));
      return 0;
    }
  }
}
