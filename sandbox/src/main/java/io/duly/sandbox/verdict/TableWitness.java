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

  /** The status of each order. */
  static Map<String, String> statuses(Case facts) throws SQLException {
    Map<String, String> statuses = new HashMap<>();
    try (Connection connection = DriverManager.getConnection(facts.jdbcUrl());
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.setFetchSize(10_000);
      try (ResultSet rows =
          statement.executeQuery("SELECT id::text, status::text FROM " + facts.table())) {
        while (rows.next()) {
          statuses.put(rows.getString(1), rows.getString(2));
        }
      }
    }
    return statuses;
  }

  static long confirmed(Case facts) throws SQLException {
    try (Connection connection = DriverManager.getConnection(facts.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(CONFIRMED)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
