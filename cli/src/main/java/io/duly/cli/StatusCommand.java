package io.duly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.duly.operations.Installation;
import io.duly.operations.JsonRows;
import io.duly.operations.Overview;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows where a run stands, and without its number how the installation does. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Shows where a run stands.",
      "Without a number the latest one, the others that are open, and the problems that there are, as docs/runbook.md names them."
    })
final class StatusCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(arity = "0..1", paramLabel = "RUN", description = "Number of the run.")
  private @Nullable Long number;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      paramLabel = "FORM",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Form form = Form.table;

  /** The forms of {@code --output}. */
  enum Form {
    table,
    json
  }

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-status")) {
      if (form == Form.json) {
        return json(installation, out);
      }
      JsonNode overview = number == null ? overview(installation) : MissingNode.getInstance();
      OverviewLines.problems(out, overview);
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
      OverviewLines.openRuns(out, overview, run.get().id());
      return 0;
    }
  }

  private static JsonNode overview(Installation installation) throws InterruptedException {
    try (Overview overview = new Overview(installation)) {
      return overview.read();
    }
  }

  private int json(Installation installation, PrintWriter out) throws InterruptedException {
    JsonNode told;
    if (number == null) {
      told = overview(installation);
    } else {
      told = Overview.runs(new JsonRows(installation.database().jdbi()), number + 1, 1).path(0);
    }
    boolean isThere = number == null || told.path("id").asLong() == number;
    out.println(isThere ? told.toPrettyString() : "null");
    out.flush();
    return isThere ? 0 : 3;
  }
}
