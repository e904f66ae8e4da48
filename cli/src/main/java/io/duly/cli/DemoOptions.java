package io.duly.cli;

import io.duly.runtime.UserError;
import io.duly.sandbox.Latency;
import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a demonstration is asked to do. */
final class DemoOptions {
  @Option(
      names = "--orders",
      defaultValue = "10000",
      description = "How many orders. Default: ${DEFAULT-VALUE}")
  long orders;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Your own orders instead of generated ones.")
  @Nullable Path csv;

  @Option(
      names = "--api",
      defaultValue = "idempotent",
      description = "What the API promises: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
  SampleContract contract = SampleContract.IDEMPOTENT;

  @Option(
      names = "--latency",
      defaultValue = "50ms",
      description =
          "The API's latency, as in 50ms, 20ms..80ms or 50ms~500ms. Default: ${DEFAULT-VALUE}")
  String latency = "50ms";

  @Option(
      names = "--rate",
      defaultValue = "0",
      description = "The API's cap in calls per second; 0 for none. Default: ${DEFAULT-VALUE}")
  int rate;

  @Option(
      names = "--failures",
      defaultValue = "2%",
      converter = Share.class,
      description = "Share of orders that the API declines. Default: 2%%")
  double failures;

  @Option(
      names = "--chaos",
      description = "Run three worker processes and kill -9 one while calls of it are unanswered.")
  boolean chaos;

  @Option(
      names = "--processes",
      description = "Run worker and reconciler as processes of their own, with 256 MB heap each.")
  boolean processes;

  @Option(names = "--exit", description = "End after the verdict instead of staying up.")
  boolean exit;

  @Option(
      names = "--json",
      description =
          "Print the verdict as one JSON object on standard output, and nothing else there.")
  boolean json;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Keep all data there; otherwise it is temporary.")
  @Nullable Path data;

  /** Throws UserError where a value makes no sense. */
  void check() {
    if (orders < 1) {
      throw new UserError("--orders is " + orders + ": at least 1 is wanted");
    }
    if (rate < 0) {
      throw new UserError("--rate is " + rate + ": 0 or more is wanted");
    }
    try {
      Latency.parse(latency);
    } catch (IllegalArgumentException e) {
      throw new UserError("--latency: " + e.getMessage(), e);
    }
  }
}
