package io.duly.cli;

import io.duly.runtime.Parts;
import io.duly.runtime.UserError;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * What a demonstration needs around Duly: PostgreSQL, Kafka, and the sample API as a process of its
 * own.
 */
record DemoServers(
    EmbeddedPostgres postgres, EmbeddedBroker broker, URI api, Path folder, Parts parts)
    implements AutoCloseable {
  private static final int API_START_SECONDS = 60;

  /** Starts them side by side, with their data under {@code folder}. */
  static DemoServers start(DemoOptions options, Path folder) {
    Parts parts = new Parts();
    try {
      CompletableFuture<EmbeddedPostgres> postgres =
          CompletableFuture.supplyAsync(() -> EmbeddedPostgres.start(folder.resolve("postgres")));
      CompletableFuture<EmbeddedBroker> broker =
          CompletableFuture.supplyAsync(() -> EmbeddedBroker.start(folder.resolve("kafka")));
      parts.add(sampleApi(options, folder));
      parts.add(postgres.join());
      parts.add(broker.join());
      return new DemoServers(postgres.join(), broker.join(), apiUrl(folder), folder, parts);
    } catch (CompletionException e) {
      parts.close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  private static ChildProcess sampleApi(DemoOptions options, Path folder) {
    List<String> arguments =
        List.of(
            "sample-api",
            "--contract=" + options.contract,
            "--latency=" + options.latency,
            "--rate=" + options.rate,
            "--failures=" + options.failures,
            "--ledger=" + folder.resolve("ledger.jsonl"),
            "--port=0");
    return ChildProcess.start(folder.resolve("sample-api.log"), "256m", Map.of(), arguments);
  }

  private static URI apiUrl(Path folder) {
    Path log = folder.resolve("sample-api.log");
    long until = System.nanoTime() + API_START_SECONDS * 1_000_000_000L;
    io.duly.runtime.Stop never = new io.duly.runtime.Stop();
    while (System.nanoTime() < until) {
      Optional<URI> url = announced(log);
      if (url.isPresent()) {
        return url.get();
      }
      never.pause(java.time.Duration.ofMillis(50));
    }
    throw new UserError(
        "the sample API did not start within " + API_START_SECONDS + " s: see " + log);
  }

  private static Optional<URI> announced(Path log) {
    try {
      return Files.readAllLines(log).stream()
          .filter(line -> line.startsWith("listening on "))
          .map(line -> URI.create(line.substring("listening on ".length())))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  Path ledger() {
    return folder.resolve("ledger.jsonl");
  }

  @Override
  public void close() {
    parts.close();
  }
}
