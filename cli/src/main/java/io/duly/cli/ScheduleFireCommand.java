package io.duly.cli;

import io.duly.ingest.Ingest;
import io.duly.ingest.Schedule;
import io.duly.ingest.ScheduleTable;
import io.duly.operations.Installation;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Opens a run of a schedule now. */
@Command(
    name = "fire",
    mixinStandardHelpOptions = true,
    description =
        "Opens a run of a schedule now, with its filter and lane, as after a missed time. Its fire times stay as they are; an ingest that runs publishes it.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage", "3:no such schedule"})
final class ScheduleFireCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(paramLabel = "NAME", description = "The schedule.")
  private String name = "";

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-schedule")) {
      Optional<Schedule> found =
          new ScheduleTable(installation.database().jdbi())
              .list().stream()
                  .map(ScheduleTable.Entry::schedule)
                  .filter(each -> each.name().equals(name))
                  .findFirst();
      if (found.isEmpty()) {
        out.println("there is no schedule " + name);
        return 3;
      }
      Instant now =
          Ingest.openRun(installation.database(), name, found.get().filter(), found.get().lane());
      out.printf("a run of %s is open that fired at %s%n", name, now);
      return 0;
    }
  }
}
