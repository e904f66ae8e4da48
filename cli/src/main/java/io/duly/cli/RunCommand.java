package io.duly.cli;

import io.duly.console.Console;
import io.duly.operations.Installation;
import io.duly.operations.OverviewMeters;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs all parts in one process. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description =
        "Runs ingest, a worker and the reconciler in one process until stopped, and the page where console.port is set.")
final class RunCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Mixin private final NowOptions run = new NowOptions();

  @Override
  public Integer call() {
    Settings settings = options.load();
    run.check(settings);
    Parts parts = new Parts();
    Installation installation = parts.add(Installation.openToWork(settings, "duly"));
    Pipeline pipeline = parts.add(Pipeline.start(installation, run.others()));
    int port = settings.number("console.port");
    if (port != 0) {
      parts.add(Console.start(installation, port));
    }
    run.open(installation);
    if (settings.number("health.port") != 0) {
      parts.add(OverviewMeters.start(installation));
    }
    return Service.run(settings, parts, pipeline);
  }
}
