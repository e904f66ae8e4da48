package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process says that it is ready only while the database's log comes through. */
class ReadinessTest {
  @TempDir Path folder;

  @Test
  void isReadyWhileTheLogComesThroughAndAliveInAnyCase() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"))) {
      int port = freePort();
      List<String> settings = settings(postgres, broker, port);
      duly(settings, "sample-orders", "--count", "10");
      duly(settings, "init");
      try (RunningDuly running = RunningDuly.start(settings)) {
        awaitAnswer(port, "readyz", 200);

        long walsender = walsender(postgres);
        signal(walsender, "STOP");
        awaitAnswer(port, "readyz", 503);
        assertThat(answer(port, "livez")).isEqualTo(200);
        signal(walsender, "CONT");

        awaitAnswer(port, "readyz", 200);
        assertThat(duly(settings, "status").out())
            .containsPattern(
                "log +slot duly is reserved, read by process \\d+; [\\d,]+ KiB retained, last confirmed \\d+ s ago");
        assertThat(running.isAlive()).isTrue();
      }
    }
  }

  private static List<String> settings(EmbeddedPostgres postgres, EmbeddedBroker broker, int port) {
    Map<String, String> values =
        Map.of(
            "database.url", postgres.jdbcUrl(),
            "kafka.bootstrap.servers", broker.bootstrapServers(),
            "topic.replication", "1",
            "api.contract", "idempotent",
            "api.url", "http://127.0.0.1:1/orders",
            "reconciler.beat-interval", "500ms",
            "health.port", String.valueOf(port));
    List<String> settings = new ArrayList<>();
    values.forEach((key, value) -> settings.addAll(List.of("--set", key + "=" + value)));
    return settings;
  }

  private static Command duly(List<String> settings, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(settings);
    Command done = Command.run(all.toArray(String[]::new));
    assertThat(done.notes()).isEmpty();
    return done;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void awaitAnswer(int port, String path, int status) {
    Awaitility.await(path + " " + status)
        .atMost(Duration.ofSeconds(90))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> answer(port, path) == status);
  }

  private static int answer(int port, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + "/" + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  private static long walsender(EmbeddedPostgres postgres) throws Exception {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT active_pid FROM pg_replication_slots")) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    }
  }

  private static void signal(long pid, String name) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor())
        .isZero();
  }
}
