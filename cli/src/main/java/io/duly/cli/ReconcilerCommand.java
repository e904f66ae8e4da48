package io.duly.cli;

import io.duly.operations.Installation;
import io.duly.operations.OverviewMeters;
import io.duly.reconciler.Reconciler;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the reconciler. */
@Command(
    name = "reconciler",
    mixinStandardHelpOptions = true,
    description = "Runs a reconciler until stopped; a second one stands by.")
final class ReconcilerCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Override
  public Integer call() {
    Settings settings = options.load().require("api.contract");
    Parts parts = new Parts();
    Installation installation = parts.add(Installation.openToWork(settings, "duly-reconciler"));
    Reconciler reconciler =
        parts.add(Reconciler.start(settings, installation.database(), installation.table()));
    if (settings.number("health.port") != 0) {
      parts.add(OverviewMeters.start(installation));
    }
    return Service.run(settings, parts, reconciler);
  }
}
