package io.duly.cli;

import io.duly.ingest.ScheduleTable;
import io.duly.operations.Installation;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Stops a schedule for a while. */
@Command(
    name = "pause",
    mixinStandardHelpOptions = true,
    description =
        "Lets a schedule fire no more until `duly schedule resume`. Runs that are open go on.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage", "3:no such schedule"})
final class SchedulePauseCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(paramLabel = "NAME", description = "The schedule.")
  private String name = "";

  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
  private @Nullable String reason;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-schedule")) {
      ScheduleTable table = new ScheduleTable(installation.database().jdbi());
      boolean isPaused = table.pause(name, Objects.requireNonNull(reason));
      out.println(isPaused ? "paused" : "there is no schedule " + name);
      return isPaused ? 0 : 3;
    }
  }
}
