package io.duly.cli;

import io.duly.ingest.Ingest;
import io.duly.ingest.Schedule;
import io.duly.ingest.ScheduleTable;
import io.duly.ingest.Schedules;
import io.duly.operations.Installation;
import io.duly.orders.Lanes;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Adds a schedule. */
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    description =
        "Adds a schedule, which fires from now on wherever an ingest runs. A local time that the clocks skip fires when they change, one that they repeat fires once.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage", "4:there is one of this name"})
final class ScheduleAddCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(paramLabel = "NAME", description = "Small letters, digits and dashes.")
  private String name = "";

  @Option(
      names = "--cron",
      paramLabel = "EXPRESSION",
      description = "Minute hour day month weekday, as in '30 2 * * 1-5'.")
  private @Nullable String cron;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "Fires once, at the zone's 2027-03-28T02:30 or at 2027-03-28T00:30Z.")
  private @Nullable String at;

  @Option(names = "--zone", paramLabel = "ZONE", description = "IANA time zone (default: UTC).")
  private @Nullable String zone;

  @Option(
      names = "--filter",
      paramLabel = "SQL",
      description =
          "Condition on the orders table beside orders.filter; {cutoff} is the fire time, as in \"created_at < {cutoff}\".")
  private @Nullable String filter;

  @Option(names = "--lane", paramLabel = "LANE", description = "Lane of its runs.")
  private @Nullable String lane;

  @Option(
      names = "--catch-up",
      paramLabel = "DURATION",
      description = "How late it may fire, else the run is MISSED (default: 1h).")
  private @Nullable String catchUp;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Schedule schedule = Schedules.of(name, properties());
    Instant once = schedule.at();
    if (once != null && once.plus(schedule.catchUp()).isBefore(Instant.now())) {
      throw new UserError("--at " + at + " is past: it would be missed");
    }
    Settings settings = options.load();
    Lanes.of(settings).require(schedule.lane());
    try (Installation installation = Installation.open(settings, "duly-schedule")) {
      Ingest.checkFilter(installation.database(), installation.table(), name, schedule.filter());
      ScheduleTable table = new ScheduleTable(installation.database().jdbi());
      if (!table.add(schedule)) {
        out.println("there is a schedule " + name + " already: remove it first");
        return 4;
      }
      Instant next =
          table.list().stream()
              .filter(each -> each.schedule().name().equals(name))
              .findFirst()
              .flatMap(FireTimeText::next)
              .orElseThrow();
      out.printf("fires next %s, %s%n", FireTimeText.local(next, schedule), next);
      return 0;
    }
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>();
    put(properties, "cron", cron);
    put(properties, "at", at);
    put(properties, "zone", zone);
    put(properties, "filter", filter);
    put(properties, "lane", lane);
    put(properties, "catch-up", catchUp);
    return properties;
  }

  private static void put(Map<String, String> properties, String key, @Nullable String value) {
    if (value != null) {
      properties.put(key, value);
    }
  }
}
