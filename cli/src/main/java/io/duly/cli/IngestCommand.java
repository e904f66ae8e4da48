package io.duly.cli;

import io.duly.ingest.Ingest;
import io.duly.operations.Installation;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs ingest. */
@Command(
    name = "ingest",
    mixinStandardHelpOptions = true,
    description = "Publishes the runs that are open until stopped.")
final class IngestCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Mixin private final NowOptions run = new NowOptions();

  @Override
  public Integer call() {
    Settings settings = options.load();
    run.check(settings);
    Parts parts = new Parts();
    Installation installation = parts.add(Installation.openToWork(settings, "duly-ingest"));
    run.open(installation);
    Ingest ingest =
        parts.add(
            Ingest.start(settings, installation.database(), installation.table(), run.others()));
    return Service.run(settings, parts, ingest);
  }
}
