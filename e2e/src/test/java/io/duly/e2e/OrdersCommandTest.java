package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
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
      eachFilterFindsWhatItNames(settings);
      thoseOfAFileAreSentAgain(settings, postgres);
      assertThat(duly(settings, 0, failed).out()).startsWith("9 in doubt would become FAILED");
      duly(settings, 2, "orders", "resolve", "--failed", "--reason", "no id and no run");
      duly(settings, 2, "orders", "resolve", "--run", "7", "--reason", "neither of the two");
      List<String> done = new ArrayList<>(List.of(failed));
      done.addAll(List.of("--who", "ann", "--execute"));

      assertThat(duly(settings, 0, done.toArray(String[]::new)).out())
          .startsWith("9 are FAILED, 0 were settled meanwhile");
      duly(settings, 3, failed);
      othersAreListedByTheirLastAttempt(settings);
    }
  }

  /** Of the ten of {@link #doubtAll}. */
  private static void eachFilterFindsWhatItNames(List<String> settings) {
    assertThat(listed(settings)).isEqualTo(10);
    assertThat(listed(settings, "--http", "503")).isEqualTo(4);
    assertThat(listed(settings, "--reason", "WORKER lost")).isEqualTo(3);
    assertThat(listed(settings, "--partition", "2")).isEqualTo(2);
    assertThat(listed(settings, "--attempts", "2")).isOne();
    assertThat(listed(settings, "--older-than", "450m")).isEqualTo(3);
    assertThat(listed(settings, "--run", "7", "--http", "503", "--partition", "2")).isOne();
    assertThat(listed(settings, "--limit", "4")).isEqualTo(4);
    duly(settings, 3, "orders", "list", "--http", "404");
    duly(settings, 3, "orders", "list", "--run", "8");
  }

  private static long listed(List<String> settings, String... filters) {
    List<String> list = new ArrayList<>(List.of("orders", "list", "-o", "jsonl"));
    list.addAll(List.of(filters));
    return duly(settings, 0, list.toArray(String[]::new)).out().lines().count();
  }

  private void thoseOfAFileAreSentAgain(List<String> settings, EmbeddedPostgres postgres)
      throws Exception {
    String first = ids(postgres).get(0);
    Path file = Files.writeString(folder.resolve("ids"), first + "\n\n" + first + "\n");
    List<String> retry = new ArrayList<>(List.of("orders", "resolve", "--retry"));
    retry.addAll(List.of("--from-file", file.toString(), "--reason", "asked them"));

    Command refused = duly(settings, 4, retry.toArray(String[]::new));
    assertThat(refused.out()).startsWith("1 order IN_DOUBT would be sent again with a new");
    retry.add("--i-know-this-calls-again");
    assertThat(duly(settings, 0, retry.toArray(String[]::new)).out()).contains("--execute does it");
    assertThat(ids(postgres)).hasSize(10);
    retry.add("--execute");
    assertThat(duly(settings, 0, retry.toArray(String[]::new)).out())
        .contains("1 are sent again by run ");
    assertThat(ids(postgres)).hasSize(9).doesNotContain(first);
    assertThat(listed(settings)).isEqualTo(9);
  }

  /** Those whose status is IN_DOUBT. */
  private static List<String> ids(EmbeddedPostgres postgres) throws Exception {
    List<String> ids = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT id FROM orders WHERE status = 'IN_DOUBT' ORDER BY id")) {
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
    }
    return ids;
  }

  private static void othersAreListedByTheirLastAttempt(List<String> settings) {
    String[] list = {"orders", "list", "--status", "FAILED", "--run", "7", "-o", "jsonl"};
    assertThat(duly(settings, 0, list).out().lines())
        .hasSize(9)
        .allMatch(each -> each.contains("\"reason\":\"decided by ann: asked them\""));
    duly(settings, 3, "orders", "list", "--status", "FAILED", "--run", "7", "--attempts", "3");
    duly(settings, 3, "orders", "list", "--status", "FAILED", "--run", "7", "--older-than", "1h");
    duly(settings, 2, "orders", "list", "--status", "FAILED");
    assertThat(duly(settings, 0, "status", "-o", "json").out()).contains("\"inDoubt\" : 0");
    duly(settings, 3, "status", "99", "-o", "json");
  }

  /**
   * Brings each order into doubt, the first an hour ago, the second two: the first four with HTTP
   * 503, the last three with another reason, two in each partition, the last with two attempts.
   */
  private static void doubtAll(EmbeddedPostgres postgres) throws Exception {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO duly.attempt (order_id, attempt, token, run_id, worker_id, generation, source_partition,
            source_offset, claimed_at, finished_at, outcome, calls, http_status, reason, transition)
          SELECT id, CASE n WHEN 10 THEN 2 ELSE 1 END, gen_random_uuid(), 7, 'w1', 0, n % 5, n, now(),
            now() - (n || ' hours')::interval, 'IN_DOUBT', 1, CASE WHEN n <= 4 THEN 503 END,
            CASE WHEN n > 7 THEN 'worker lost' ELSE 'no answer in time' END, 1
          FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM orders) o
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
