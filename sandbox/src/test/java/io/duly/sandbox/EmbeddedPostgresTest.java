package io.duly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
  @TempDir Path folder;

  @Test
  @SuppressWarnings("try") // Closes more than once on purpose.
  void keepsDataAndPortOverARestart() throws Exception {
    int port;
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder)) {
      port = postgres.port();
      run(postgres, "CREATE TABLE t (id int)");
      run(postgres, "INSERT INTO t VALUES (42)");
    }

    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder)) {
      assertThat(ask(postgres, "SELECT id FROM t")).isEqualTo("42");
      assertThat(postgres.port()).isEqualTo(port);
      assertThat(postgres.dataFolder()).isEqualTo(folder);
      postgres.close();
      postgres.close();
    }
  }

  @Test
  void keepsCommittedDataOverACrash() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder)) {
      run(postgres, "CREATE TABLE t AS SELECT generate_series(1, 1000) AS id");
      postgres.kill();
      assertThatThrownBy(() -> ask(postgres, "SELECT 1")).hasMessageContaining("refused");
    }

    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder)) {
      assertThat(ask(postgres, "SELECT count(*) FROM t")).isEqualTo("1000");
    }
  }

  @Test
  void isDurableLocalAndReadyForLogicalDecoding() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder)) {
      assertThat(ask(postgres, "SHOW server_version")).startsWith("18.");
      assertThat(ask(postgres, "SHOW wal_level")).isEqualTo("logical");
      assertThat(ask(postgres, "SHOW fsync")).isEqualTo("on");
      assertThat(ask(postgres, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(ask(postgres, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(Integer.parseInt(ask(postgres, "SHOW max_wal_senders"))).isGreaterThan(9);
      assertThat(Integer.parseInt(ask(postgres, "SHOW max_replication_slots"))).isGreaterThan(9);
      for (String plugin : new String[] {"test_decoding", "pgoutput"}) {
        String create = "SELECT pg_create_logical_replication_slot('%s', '%s')";
        run(postgres, create.formatted(plugin, plugin));
      }
      run(postgres, "CREATE TABLE t AS SELECT 42 AS id");
      String changes = "SELECT string_agg(data, ' ') FROM pg_logical_slot_get_changes(%s)";
      assertThat(ask(postgres, changes.formatted("'test_decoding', NULL, NULL")))
          .contains("table public.t: INSERT: id[integer]:42");
    }
  }

  @Test
  void refusesAFolderThatAnotherServerHolds() {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, Map.of("work_mem", "9MB"))) {
      assertThatThrownBy(() -> EmbeddedPostgres.start(folder))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("in use by another server");
      assertThat(postgres.dataFolder()).exists();
    }
  }

  @Test
  void saysWhatTheServerSaidWhenItDoesNotStart() {
    assertThatThrownBy(() -> EmbeddedPostgres.start(folder, Map.of("no_such_setting", "1")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("unrecognized configuration parameter \"no_such_setting\"");
  }

  @Test
  void takesOverTheFolderOfAJvmThatDied() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    String main = LeavesPostgresBehind.class.getName();
    Process jvm = new ProcessBuilder(java, "-cp", classes, main, folder.toString()).start();
    assertThat(jvm.waitFor()).isEqualTo(9);
    long orphan = serverNumber();

    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder)) {
      assertThat(ask(postgres, "SELECT 1")).isEqualTo("1");
      assertThat(serverNumber()).isNotEqualTo(orphan);
    }
  }

  private long serverNumber() throws Exception {
    Path file = new PostgresFolder(folder).processFile();
    return Long.parseLong(Files.readAllLines(file).get(0));
  }

  private static void run(EmbeddedPostgres postgres, String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(EmbeddedPostgres postgres, String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }
}
