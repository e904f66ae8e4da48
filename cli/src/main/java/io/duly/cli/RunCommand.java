package io.duly.cli;

import io.duly.orders.Lanes;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs all parts in one process. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Runs ingest, a worker and the reconciler in one process until stopped.")
final class RunCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Option(names = "--now", description = "Open a run that fires now.")
  private boolean now;

  @Option(names = "--lane", description = "Lane of the run of --now; the main one else.")
  private String lane = Lanes.MAIN;

  @Override
  public Integer call() {
    Settings settings = options.load();
    Lanes.of(settings).require(lane);
    Parts parts = new Parts();
    Installation installation = parts.add(Installation.openToWork(settings, "duly"));
    Pipeline pipeline = parts.add(Pipeline.start(installation));
    if (now) {
      pipeline.openRun(lane);
    }
    return Service.run(settings, parts, pipeline::failures, pipeline::isReady);
  }
}
