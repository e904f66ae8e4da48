package io.duly.sandbox.verdict;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the write-ahead log through a slot of its own and follows the status of each order. Memory:
 * one status an order. Not thread-safe.
 */
final class LogWitness {
  private static final String OPEN =
      "SELECT pg_create_logical_replication_slot(?, 'test_decoding')";
  private static final String READ =
      "SELECT data FROM pg_logical_slot_get_changes(?, NULL, 20000, 'skip-empty-xacts', '1')";
  private static final String DROP =
      "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ?";
  private static final Map<String, Set<String>> LEGAL =
      Map.of(
          "PENDING", Set.of("PROCESSING", "IN_DOUBT", "CANCELLED"),
          "PROCESSING", Set.of("PENDING", "COMPLETED", "FAILED", "IN_DOUBT"),
          "IN_DOUBT", Set.of("PENDING", "COMPLETED", "FAILED"));

  private final Map<String, String> last = new HashMap<>();
  private final List<String> violations = new ArrayList<>();
  private final Pattern update;
  private long changes;

  /** Follows updates of {@code table}, schema-qualified. */
  LogWitness(String table) {
    this.update =
        Pattern.compile(
            "table "
                + Pattern.quote(table)
                + ": UPDATE: id\\[[^]]*]:(?:'([^']*)'|(\\S+)) .*?\\bstatus\\[[^]]*]:'([^']*)'.*",
            Pattern.DOTALL);
  }

  /** Makes the slot; what is committed from now on is seen. */
  static void open(String jdbcUrl, String slot) throws SQLException {
    run(jdbcUrl, OPEN, slot);
  }

  static void drop(String jdbcUrl, String slot) throws SQLException {
    run(jdbcUrl, DROP, slot);
  }

  private static void run(String jdbcUrl, String sql, String slot) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, slot);
      statement.execute();
    }
  }

  /** Reads all that the slot has not given yet. */
  void read(String jdbcUrl, String slot) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        PreparedStatement statement = connection.prepareStatement(READ)) {
      statement.setString(1, slot);
      int rows;
      do {
        rows = 0;
        try (ResultSet result = statement.executeQuery()) {
          while (result.next()) {
            rows++;
            follow(result.getString(1));
          }
        }
      } while (rows > 0);
    }
  }

  /** Takes one line of test_decoding. */
  void follow(String line) {
    Matcher matcher = update.matcher(line);
    if (!matcher.matches()) {
      return;
    }
    changes++;
    String id = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    String next = matcher.group(3);
    String before = last.put(id, next);
    String from = before == null ? "PENDING" : before;
    if (!from.equals(next) && !LEGAL.getOrDefault(from, Set.of()).contains(next)) {
      violations.add("order " + id + " went from " + from + " to " + next + " in the log");
    }
  }

  /** The last status of each order that was updated. */
  Map<String, String> last() {
    return last;
  }

  List<String> violations() {
    return violations;
  }

  /** Row changes seen. */
  long changes() {
    return changes;
  }
}
