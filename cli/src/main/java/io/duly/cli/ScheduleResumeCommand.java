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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lets a schedule fire again. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description =
        "Lets a schedule fire from now on. What it has missed meanwhile is not made up for.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage", "3:no such schedule"})
final class ScheduleResumeCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(paramLabel = "NAME", description = "The schedule.")
  private String name = "";

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-schedule")) {
      ScheduleTable table = new ScheduleTable(installation.database().jdbi());
      boolean isResumed = table.resume(name);
      out.println(isResumed ? "resumed" : "there is no schedule " + name);
      return isResumed ? 0 : 3;
    }
  }
}
