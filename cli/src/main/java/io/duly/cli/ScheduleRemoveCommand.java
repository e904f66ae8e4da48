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

/** Removes a schedule. */
@Command(
    name = "remove",
    mixinStandardHelpOptions = true,
    description =
        "Removes a schedule that was added by command, or that the settings have no more. Its runs go on.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:ok",
      "1:failure",
      "2:usage",
      "3:no such schedule",
      "4:it is one of the settings"
    })
final class ScheduleRemoveCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(paramLabel = "NAME", description = "The schedule.")
  private String name = "";

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-schedule")) {
      ScheduleTable table = new ScheduleTable(installation.database().jdbi());
      if (table.remove(name)) {
        out.println("removed");
        return 0;
      }
      boolean isOfSettings =
          table.list().stream().anyMatch(each -> each.schedule().name().equals(name));
      out.println(
          isOfSettings
              ? name + " is a schedule of the settings: remove it there and start ingest anew"
              : "there is no schedule " + name);
      return isOfSettings ? 4 : 3;
    }
  }
}
