package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code duly status} tells of a table of any size without reading it. */
class StatusTest {
  private static final String SCANS =
      "SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'orders'";
  private static final String SESSIONS =
      "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'duly%'";

  @TempDir Path folder;

  @Test
  void theTableIsToldOfByItsStatisticsWithTheirAge() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"));
        Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement sql = connection.createStatement()) {
      sql.execute(
          "CREATE TABLE orders (id bigint PRIMARY KEY, status text) WITH (autovacuum_enabled = off)");
      sql.execute("INSERT INTO orders SELECT n, 'PENDING' FROM generate_series(1, 20000) n");
      sql.execute("SELECT pg_stat_force_next_flush()"); // or ANALYZE comes before its count
      List<String> settings = settings(postgres, broker);
      assertThat(duly(settings, "init").exitCode()).isZero();

      assertThat(duly(settings, "status").out())
          .containsPattern("table +not sampled yet, .*: run ANALYZE \"public\".\"orders\"");

      sql.execute("ANALYZE orders");
      long scans = scans(sql);
      assertThat(duly(settings, "status").out())
          .containsPattern(
              "table +about 20,000 orders, sampled \\d+ s ago, 0 rows written since: PENDING 20,000\\R");
      assertThat(scans(sql)).isEqualTo(scans);
    }
  }

  /** Sessions report what they have read when they end, at the latest. */
  private static long scans(Statement sql) throws SQLException {
    Awaitility.await().until(() -> number(sql, SESSIONS) == 0);
    return number(sql, SCANS);
  }

  private static long number(Statement sql, String query) throws SQLException {
    sql.execute("SELECT pg_stat_force_next_flush()");
    try (ResultSet row = sql.executeQuery(query)) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    }
  }

  private static List<String> settings(EmbeddedPostgres postgres, EmbeddedBroker broker) {
    List<String> settings = new ArrayList<>();
    Map.of(
            "database.url",
            postgres.jdbcUrl(),
            "kafka.bootstrap.servers",
            broker.bootstrapServers(),
            "topic.replication",
            "1",
            "api.contract",
            "idempotent")
        .forEach((key, value) -> settings.addAll(List.of("--set", key + "=" + value)));
    return settings;
  }

  private static Command duly(List<String> settings, String command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(settings);
    return Command.run(all.toArray(String[]::new));
  }
}
