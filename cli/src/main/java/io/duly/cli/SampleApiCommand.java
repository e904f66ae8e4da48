package io.duly.cli;

import io.duly.runtime.Health;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import io.duly.sandbox.Latency;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the sample order API, which keeps its own books. */
@Command(
    name = "sample-api",
    mixinStandardHelpOptions = true,
    description =
        "Runs a sample order API that writes every request and every effect to a ledger file.")
final class SampleApiCommand implements Callable<Integer> {
  @Option(
      names = "--contract",
      defaultValue = "idempotent",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private SampleContract contract = SampleContract.IDEMPOTENT;

  @Option(
      names = "--latency",
      defaultValue = "50ms",
      description =
          "As in 50ms, 20ms..80ms (uniform) or 50ms~500ms (median and 99th percentile). Default: ${DEFAULT-VALUE}")
  private String latency = "50ms";

  @Option(
      names = "--rate",
      defaultValue = "0",
      description = "Calls per second above which it answers 429; 0 for no cap.")
  private int rate;

  @Option(
      names = "--failures",
      defaultValue = "2%",
      converter = Share.class,
      description = "Share of orders it declines. Default: 2%%")
  private double failures;

  @Option(
      names = "--ledger",
      required = true,
      paramLabel = "FILE",
      description = "The ledger, appended to.")
  private @Nullable Path ledger;

  @Option(
      names = "--port",
      defaultValue = "8080",
      description = "0 takes a free one. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "Address to listen on. Default: ${DEFAULT-VALUE}")
  private String host = "127.0.0.1";

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Parts parts = new Parts();
    SampleApiSettings settings =
        new SampleApiSettings(
            contract,
            Latency.parse(latency),
            rate,
            failures,
            java.util.Objects.requireNonNull(ledger),
            port);
    SampleApi api = parts.add(SampleApi.start(settings, host));
    java.util.Objects.requireNonNull(spec)
        .commandLine()
        .getOut()
        .println("listening on " + api.url());
    return Service.run(Settings.of(Map.of()), parts, Health.WELL);
  }
}
