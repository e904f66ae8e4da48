package io.duly.sandbox;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A server process that has answered.
 *
 * @param process the postmaster, a direct child
 * @param port where it listens on 127.0.0.1
 */
record RunningPostgres(Process process, int port) {
  private static final Duration START_WAIT = Duration.ofSeconds(60);
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("listen_addresses", "127.0.0.1"),
          Map.entry("unix_socket_directories", ""),
          Map.entry("wal_level", "logical"),
          Map.entry("fsync", "on"),
          Map.entry("synchronous_commit", "on"),
          Map.entry("max_connections", "200"),
          Map.entry("max_wal_senders", "20"),
          Map.entry("max_replication_slots", "20"),
          Map.entry("log_line_prefix", "%m [%p] "));

  /**
   * Starts a server and waits for its first answer. One that ends at once is started again while
   * time lasts: its port was taken meanwhile, or the processes of a killed predecessor still end.
   */
  static RunningPostgres start(PostgresPrograms programs, Map<String, String> settings) {
    Map<String, String> all = new LinkedHashMap<>(SETTINGS);
    all.putAll(settings);
    long end = System.nanoTime() + START_WAIT.toNanos();
    while (true) {
      int port = FreePort.rememberedIn(programs.folder().port());
      RunningPostgres server = new RunningPostgres(programs.postgres(port, all), port);
      if (server.answersBefore(end)) {
        return server;
      }
      server.process.destroyForcibly();
      String log = LastLines.of(programs.folder().log());
      if (System.nanoTime() > end || !passes(log)) {
        throw new IllegalStateException(
            "PostgreSQL did not start on "
                + programs.folder().root()
                + "; its last lines:\n"
                + log);
      }
    }
  }

  String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
  }

  private static boolean passes(String log) {
    String last = log.substring(Math.max(0, log.length() - 600));
    return last.contains("is still in use") || last.contains("could not create any TCP/IP sockets");
  }

  private boolean answersBefore(long end) {
    try {
      while (System.nanoTime() < end) {
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          return false;
        }
        if (answers()) {
          return true;
        }
      }
      return false;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while PostgreSQL started", e);
    }
  }

  private boolean answers() {
    String url = jdbcUrl() + "&connectTimeout=2&socketTimeout=5";
    try (Connection connection = DriverManager.getConnection(url)) {
      return connection.isValid(5);
    } catch (SQLException e) {
      return false;
    }
  }
}
