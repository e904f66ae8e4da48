package io.duly.cli;

import io.duly.orders.Pauses;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Ends a pause. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = "Lets the workers send orders again after a pause, whoever paused them.")
final class ResumeCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (Installation installation = Installation.open(options.load(), "duly-resume")) {
      boolean wasPaused = new Pauses(installation.database().jdbi()).resume();
      out.println(wasPaused ? "resumed" : "nothing was paused");
      return wasPaused ? 0 : 3;
    }
  }
}
