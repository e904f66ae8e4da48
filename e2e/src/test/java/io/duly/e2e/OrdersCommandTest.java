package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person finds the orders in doubt and settles them. */
class OrdersCommandTest {
  @TempDir Path folder;

  @Test
  void listsPlansAndSettlesDoubts() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"))) {
      List<String> settings = settings(postgres, broker);
      duly(settings, 0, "sample-orders", "--count", "10");
      duly(settings, 0, "init");
      duly(settings, 3, "orders", "list");
      doubtAll(postgres);
      String[] failed = {"orders", "resolve", "--run", "7", "--failed", "--reason", "asked them"};

      assertThat(duly(settings, 0, "orders", "list").out()).contains("no answer in time");
      assertThat(duly(settings, 0, failed).out()).startsWith("10 in doubt would become FAILED");
      duly(settings, 2, "orders", "resolve", "--failed", "--reason", "no id and no run");
      duly(settings, 2, "orders", "resolve", "--run", "7", "--reason", "neither of the two");
      List<String> done = new ArrayList<>(List.of(failed));
      done.addAll(List.of("--who", "ann", "--execute"));

      assertThat(duly(settings, 0, done.toArray(String[]::new)).out())
          .startsWith("10 are FAILED, 0 were settled meanwhile");
      duly(settings, 3, failed);
      othersAreListedByTheirLastAttempt(settings);
    }
  }

  private static void othersAreListedByTheirLastAttempt(List<String> settings) {
    String[] list = {"orders", "list", "--status", "FAILED", "--run", "7", "-o", "jsonl"};
    assertThat(duly(settings, 0, list).out().lines())
        .hasSize(10)
        .allMatch(each -> each.contains("\"reason\":\"decided by ann: asked them\""));
    duly(settings, 3, "orders", "list", "--status", "FAILED", "--run", "7", "--attempts", "2");
    duly(settings, 3, "orders", "list", "--status", "FAILED", "--run", "7", "--older-than", "1h");
    duly(settings, 1, "orders", "list", "--status", "FAILED");
    assertThat(duly(settings, 0, "status", "-o", "json").out()).contains("\"inDoubt\" : 0");
    duly(settings, 3, "status", "99", "-o", "json");
  }

  private static void doubtAll(EmbeddedPostgres postgres) throws Exception {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO duly.attempt (order_id, attempt, token, run_id, worker_id, generation, source_partition,
            source_offset, claimed_at, finished_at, outcome, calls, reason, transition)
          SELECT id, 1, gen_random_uuid(), 7, 'w1', 0, 0, id, now(), now(), 'IN_DOUBT', 1, 'no answer in time', 1 FROM orders
          """);
      statement.execute("UPDATE orders SET status = 'IN_DOUBT'");
    }
  }

  private static List<String> settings(EmbeddedPostgres postgres, EmbeddedBroker broker) {
    Map<String, String> values =
        Map.of(
            "database.url", postgres.jdbcUrl(),
            "kafka.bootstrap.servers", broker.bootstrapServers(),
            "topic.replication", "1",
            "api.contract", "neither",
            "api.url", "http://127.0.0.1:1/orders");
    List<String> settings = new ArrayList<>();
    values.forEach((key, value) -> settings.addAll(List.of("--set", key + "=" + value)));
    return settings;
  }

  private static Command duly(List<String> settings, int exitCode, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(settings);
    Command done = Command.run(all.toArray(String[]::new));
    assertThat(done.exitCode()).as(done.toString()).isEqualTo(exitCode);
    return done;
  }
}
