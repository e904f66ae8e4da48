package io.duly.cli;

import io.duly.orders.Pauses;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Pauses the calls of all workers. */
@Command(
    name = "pause",
    mixinStandardHelpOptions = true,
    description =
        "Stops all workers from sending orders, within 2 s, until `duly resume`. Calls under way end as usual; orders stay PENDING.")
final class PauseCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

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
      new Pauses(installation.database().jdbi()).pause(Objects.requireNonNull(reason));
      out.println("paused");
      return 0;
    }
  }
}
