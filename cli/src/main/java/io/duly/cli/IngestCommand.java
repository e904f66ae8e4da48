package io.duly.cli;

import io.duly.ingest.Ingest;
import io.duly.orders.Lanes;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs ingest. */
@Command(
    name = "ingest",
    mixinStandardHelpOptions = true,
    description = "Publishes the runs that are open until stopped.")
final class IngestCommand implements Callable<Integer> {
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
    Installation installation = parts.add(Installation.openToWork(settings, "duly-ingest"));
    if (now) {
      Ingest.openRun(installation.database(), installation.table(), "by hand", lane);
    }
    Ingest ingest =
        parts.add(Ingest.start(settings, installation.database(), installation.table()));
    return Service.run(settings, parts, ingest::failures);
  }
}
