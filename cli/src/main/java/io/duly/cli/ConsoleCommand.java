package io.duly.cli;

import io.duly.console.Console;
import io.duly.operations.Installation;
import io.duly.runtime.Health;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Serves the operators' page. */
@Command(
    name = "console",
    mixinStandardHelpOptions = true,
    description =
        "Serves a page with runs, lag, doubts and replay until stopped; on this machine alone unless console.host says otherwise.")
final class ConsoleCommand implements Callable<Integer> {
  private static final int PORT = 7979;

  @Mixin private final SettingsOptions options = new SettingsOptions();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Settings settings = options.load();
    Parts parts = new Parts();
    Installation installation = parts.add(Installation.open(settings, "duly-console"));
    int port = settings.number("console.port");
    Console console = parts.add(Console.start(installation, port == 0 ? PORT : port));
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    out.println("the page is at " + console.url());
    out.flush();
    return Service.run(settings, parts, Health.WELL);
  }
}
