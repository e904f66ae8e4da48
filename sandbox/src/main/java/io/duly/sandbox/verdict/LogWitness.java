package io.duly.sandbox.verdict;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the write-ahead log through a replication slot of its own, which sees what is committed
 * after {@link #open} and gives each change once. Used by one thread.
 */
final class LogWitness {
  /** Each read decodes again from the slot's restart point, so that few large ones are quicker. */
  private static final int CHUNK = 500_000;

  private static final int FETCH = 5_000;

  private static final String OPEN =
      "SELECT pg_create_logical_replication_slot(?, 'test_decoding')";
  private static final String DROP =
      """
      SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
      WHERE slot_name = ? AND NOT active
      """;
  private static final String NAME =
      """
      SELECT format('%I.%I', n.nspname, c.relname)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = ?::regclass
      """;
  // A commit that waits for the disk takes along those before it that did not.
  private static final String FLUSH = "SELECT pg_logical_emit_message(true, ?, '')";
  private static final String END = "SELECT pg_current_wal_insert_lsn()::text WHERE ? <> ''";
  private static final String READ =
      """
      SELECT CASE WHEN starts_with(data, ?) THEN data END
      FROM pg_logical_slot_get_changes(?, ?::pg_lsn, ?, 'skip-empty-xacts', '1')
      """;

  private final String jdbcUrl;
  private final String slot;
  private final StatusLog statuses;

  private LogWitness(String jdbcUrl, String slot, StatusLog statuses) {
    this.jdbcUrl = jdbcUrl;
    this.slot = slot;
    this.statuses = statuses;
  }

  /** Makes the slot anew; one of that name that nobody uses was left behind and is dropped. */
  static LogWitness open(String jdbcUrl, String table, String slot) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
      String name = ask(connection, NAME, table);
      ask(connection, DROP, slot);
      ask(connection, OPEN, slot);
      return new LogWitness(jdbcUrl, slot, new StatusLog(String.valueOf(name)));
    }
  }

  void drop() throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
      ask(connection, DROP, slot);
    }
  }

  /** What all changes up to now say. */
  LogStory read() throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
      ask(connection, FLUSH, slot);
      String end = ask(connection, END, slot);
      // Rows are streamed in a transaction only.
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement(READ)) {
        statement.setString(1, statuses.prefix());
        statement.setString(2, slot);
        statement.setString(3, end);
        statement.setInt(4, CHUNK);
        statement.setFetchSize(FETCH);
        while (follow(statement) > 0) {
          connection.commit();
        }
      }
    }
    return statuses.story();
  }

  private long follow(PreparedStatement statement) throws SQLException {
    long lines = 0;
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        lines++;
        String line = rows.getString(1);
        if (line != null) {
          statuses.follow(line);
        }
      }
    }
    return lines;
  }

  /** Row updates seen. */
  long updates() {
    return statuses.updates();
  }

  private static @Nullable String ask(Connection connection, String sql, String parameter)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, parameter);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? rows.getString(1) : null;
      }
    }
  }
}
