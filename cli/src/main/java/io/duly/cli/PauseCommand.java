package io.duly.cli;

import io.duly.operations.Installation;
import io.duly.orders.Pauses;
import io.duly.orders.RunControl;
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

/** Pauses one run, or the calls of all workers. */
@Command(
    name = "pause",
    mixinStandardHelpOptions = true,
    description =
        "Stops all workers from sending orders, of one run or of all, within 2 s, until `duly resume`. Calls under way end as usual; orders stay PENDING.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage", "3:no such run", "4:the run is over"})
final class PauseCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "Number of the run to pause; without it all calls are paused.")
  private @Nullable Long run;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why; shown by `duly status`.")
  private @Nullable String reason;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-pause")) {
      String why = Objects.requireNonNull(reason);
      Long only = run;
      if (only != null) {
        RunControl control = new RunControl(installation.database().jdbi());
        return RunReply.tell(out, only, control.pause(only, why), "paused", "is over already");
      }
      new Pauses(installation.database().jdbi()).pause(why);
      out.println("paused");
      return 0;
    }
  }
}
