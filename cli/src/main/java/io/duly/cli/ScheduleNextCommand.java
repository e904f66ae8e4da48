package io.duly.cli;

import io.duly.ingest.FireTimes;
import io.duly.ingest.ScheduleTable;
import io.duly.ingest.Schedules;
import io.duly.operations.Installation;
import io.duly.runtime.UserError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows when schedules fire. */
@Command(
    name = "next",
    mixinStandardHelpOptions = true,
    description = "Shows the next fire times of a schedule, or of all, in their zones and in UTC.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage", "3:no such schedule, or it fires no more"})
final class ScheduleNextCommand implements Callable<Integer> {
  private static final List<String> COLUMNS = List.of("NAME", "FIRES", "ZONE", "FIRES-UTC");

  @Mixin private final SettingsOptions options = new SettingsOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The schedule; all without it.")
  private @Nullable String name;

  @Option(
      names = "--count",
      defaultValue = "5",
      paramLabel = "N",
      description = "So many times of each (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--from",
      paramLabel = "INSTANT",
      description = "After this one, as in 2027-03-28T00:30:00Z; without it, after now.")
  private @Nullable String from;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    try (Installation installation = Installation.open(options.load(), "duly-schedule")) {
      List<List<@Nullable Object>> rows = new ArrayList<>();
      new ScheduleTable(installation.database().jdbi())
          .list().stream()
              .filter(each -> name == null || name.equals(each.schedule().name()))
              .forEach(each -> addOrTell(rows, each));
      output.print(Objects.requireNonNull(spec).commandLine().getOut(), COLUMNS, rows);
      return rows.isEmpty() ? 3 : 0;
    }
  }

  /** One of many that cannot be read is told of, and the others are shown. */
  private void addOrTell(List<List<@Nullable Object>> rows, ScheduleTable.Entry entry) {
    try {
      add(rows, entry);
    } catch (UserError e) {
      if (name != null) {
        throw e;
      }
      Objects.requireNonNull(spec).commandLine().getErr().println(e.getMessage());
    }
  }

  private void add(List<List<@Nullable Object>> rows, ScheduleTable.Entry entry) {
    FireTimes times = Schedules.times(entry.schedule());
    Instant start = from == null ? entry.now() : FireTimeText.instant("--from", from);
    Optional<Instant> next = times.after(start);
    for (int i = 0; i < count && next.isPresent(); i++) {
      rows.add(
          Arrays.asList(
              entry.schedule().name(),
              FireTimeText.local(next.get(), entry.schedule()),
              entry.schedule().zone(),
              next.get().toString()));
      next = times.after(next.get());
    }
  }
}
