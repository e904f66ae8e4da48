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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Ends a pause. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description =
        "Lets the workers send orders again after a pause, of one run or of all, whoever paused them. What is PENDING of a paused run is published anew.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:ok",
      "1:failure",
      "2:usage",
      "3:nothing was paused, or no such run",
      "4:the run is not paused"
    })
final class ResumeCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "Number of the run; without it the pause of all calls ends.")
  private @Nullable Long run;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-resume")) {
      Long only = run;
      if (only != null) {
        RunControl control = new RunControl(installation.database().jdbi());
        return RunReply.tell(out, only, control.resume(only), "resumed", "is not paused");
      }
      boolean wasPaused = new Pauses(installation.database().jdbi()).resume();
      out.println(wasPaused ? "resumed" : "nothing was paused");
      return wasPaused ? 0 : 3;
    }
  }
}
