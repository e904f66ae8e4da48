package io.duly.cli;

import io.duly.ingest.Schedule;
import io.duly.ingest.ScheduleTable;
import io.duly.operations.Installation;
import io.duly.runtime.UserError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the schedules. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description =
        "Lists the schedules with the time at which each fires next, in its zone and in UTC.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage", "3:there is none"})
final class ScheduleListCommand implements Callable<Integer> {
  private static final List<String> COLUMNS =
      List.of(
          "NAME",
          "FIRES",
          "ZONE",
          "NEXT",
          "NEXT-UTC",
          "STATE",
          "LANE",
          "FILTER",
          "CATCH-UP",
          "SOURCE");

  @Mixin private final SettingsOptions options = new SettingsOptions();
  @Mixin private final OutputOptions output = new OutputOptions();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    try (Installation installation = Installation.open(options.load(), "duly-schedule")) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      new ScheduleTable(installation.database().jdbi()).list().forEach(each -> rows.add(row(each)));
      output.print(Objects.requireNonNull(spec).commandLine().getOut(), COLUMNS, rows);
      return rows.isEmpty() ? 3 : 0;
    }
  }

  private static List<@Nullable Object> row(ScheduleTable.Entry entry) {
    try {
      Instant next = FireTimeText.next(entry).orElse(null);
      String local = next == null ? null : FireTimeText.local(next, entry.schedule());
      String state = FireTimeText.stop(entry).orElse(next == null ? "over" : "active");
      return row(entry, local, next, state);
    } catch (UserError e) { // the others are listed all the same
      return row(entry, null, null, "error: " + e.getMessage());
    }
  }

  private static List<@Nullable Object> row(
      ScheduleTable.Entry entry, @Nullable String local, @Nullable Instant next, String state) {
    Schedule schedule = entry.schedule();
    return Arrays.asList(
        schedule.name(),
        schedule.at() == null ? schedule.cron() : "once",
        schedule.zone(),
        local,
        next == null ? null : next.toString(),
        state,
        schedule.lane(),
        schedule.filter().isEmpty() ? null : schedule.filter(),
        schedule.catchUp().toString(),
        entry.source().name());
  }
}
