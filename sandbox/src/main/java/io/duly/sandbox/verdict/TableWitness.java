package io.duly.sandbox.verdict;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** Reads the orders table, and how many results the reconciler has confirmed. */
final class TableWitness {
  private static final String CONFIRMED =
      """
      SELECT count(DISTINCT order_id) FROM duly.attempt
      WHERE witness = 3 AND outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT')
      """;

  private TableWitness() {}

  /** The status of each order. Memory: one entry an order. */
  static Map<String, Status> statuses(String jdbcUrl, String table) throws SQLException {
    Map<String, Status> statuses = new HashMap<>();
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.setFetchSize(10_000);
      try (ResultSet rows = statement.executeQuery("SELECT id::text, status::text FROM " + table)) {
        while (rows.next()) {
          statuses.put(rows.getString(1), Status.of(rows.getString(2)));
        }
      }
    }
    return statuses;
  }

  /** Orders whose result both of Duly's own witnesses have seen. */
  static long confirmed(String jdbcUrl) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(CONFIRMED)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
