package io.duly.console;

import static io.duly.console.Open.BY;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.operations.Installation;
import io.duly.sandbox.EmbeddedBroker;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The page while Kafka is away. */
@ExtendWith(ServersExtension.class)
class ConsoleOutageTest {
  @TempDir Path folder;

  private final Servers servers;

  ConsoleOutageTest(Servers servers) {
    this.servers = servers;
  }

  @Test
  void callsArePausedAtOnceWhileKafkaIsAwayAndManyLook() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
      String own = broker.bootstrapServers();
      Installation.create(servers.settings("kafka.bootstrap.servers", own)).close();
      callsArePausedAtOnce(broker, own);
    }
  }

  private void callsArePausedAtOnce(EmbeddedBroker broker, String own) throws Exception {
    try (Open open = servers.open("kafka.bootstrap.servers", own)) {
      String csrf = open.csrf();
      broker.close();

      List<CompletableFuture<HttpResponse<String>>> looks =
          IntStream.range(0, 12)
              .mapToObj(
                  each ->
                      HttpClient.newHttpClient()
                          .sendAsync(
                              HttpRequest.newBuilder(open.at("api/v1/overview")).build(),
                              HttpResponse.BodyHandlers.ofString()))
              .toList();
      long started = System.nanoTime();
      HttpResponse<String> paused = open.post("api/v1/pause", "{" + BY + "}", "X-Csrf-Token", csrf);
      Duration took = Duration.ofNanos(System.nanoTime() - started);

      assertThat(paused.statusCode()).isEqualTo(200);
      assertThat(took).isLessThan(Duration.ofSeconds(3));
      assertThat(looks.get(0).get().body()).contains("KAFKA_NOT_READ");
    }
  }
}
