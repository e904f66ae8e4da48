package io.duly.cli;

import io.duly.api.OrderApis;
import io.duly.operations.Installation;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import io.duly.worker.Worker;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs one worker. */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    description = "Runs one worker until stopped.")
final class WorkerCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Override
  public Integer call() {
    Settings settings = OrderApis.checked(options.load());
    Parts parts = new Parts();
    Installation installation = parts.add(Installation.openToWork(settings, "duly-worker"));
    Worker worker =
        parts.add(Worker.start(settings, installation.database(), installation.table()));
    return Service.run(settings, parts, worker);
  }
}
