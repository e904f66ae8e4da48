package io.duly.cli;

import io.duly.operations.Installation;
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

/** Cancels a run. */
@Command(
    name = "cancel",
    mixinStandardHelpOptions = true,
    description =
        "Ends a run for good: no order of it is sent any more, within 2 s. Calls under way end as usual; orders that were not called stay PENDING for a later run, and the verdict counts them.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:ok", "1:failure", "2:usage", "3:no such run", "4:the run is over"})
final class CancelCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(paramLabel = "RUN", description = "Number of the run.")
  private long run;

  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; kept.")
  private String reason = "";

  @Option(
      names = "--who",
      defaultValue = "${sys:user.name}",
      paramLabel = "NAME",
      description = "Who decides (default: ${DEFAULT-VALUE}).")
  private String who = "";

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-cancel")) {
      RunControl control = new RunControl(installation.database().jdbi());
      return RunReply.tell(
          out,
          run,
          control.cancel(run, reason, who),
          "cancelled",
          "is over already: it is closed, cancelled or was missed");
    }
  }
}
