package io.duly.sandbox;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;

/**
 * A shop's table of orders and real orders to fill it with. Tables are named {@code NAME} or {@code
 * SCHEMA.NAME}; any other name is an IllegalArgumentException.
 */
public final class SampleOrders {
  private static final long CHUNK = 50_000;
  private static final String CREATE =
      """
      CREATE TABLE IF NOT EXISTS %s (
        id bigint PRIMARY KEY,
        customer bigint NOT NULL,
        total_price numeric(12,2) NOT NULL,
        priority text NOT NULL,
        clerk text NOT NULL,
        order_date date NOT NULL,
        status text NOT NULL DEFAULT 'PENDING',
        created_at timestamptz DEFAULT now()
      )
      """;

  private SampleOrders() {}

  /** Creates the table as a shop would have it, unless it exists. Its schema must exist. */
  public static void createTable(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(CREATE.formatted(new TableName(table).quoted()));
    }
  }

  /** Whether the table, which exists, holds no order. */
  public static boolean isEmpty(Connection connection, String table) throws SQLException {
    String sql = "SELECT NOT EXISTS (SELECT FROM %s)".formatted(new TableName(table).quoted());
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() && row.getBoolean(1);
    }
  }

  /**
   * Loads the first {@code count} orders of the TPC-H benchmark with their sparse ids, 50,000 in a
   * COPY, each its own transaction unless the caller has opened one. A table that already holds one
   * of them is an SQLException.
   *
   * @return how many were loaded, which is {@code count}
   */
  public static long loadTpch(Connection connection, String table, long count) throws SQLException {
    if (count < 0) {
      throw new IllegalArgumentException("count: found " + count + ", wanted 0 or more");
    }
    CopyOrders copy = new CopyOrders(connection, new TableName(table));
    Iterator<OrderRow> rows = TpchOrders.first(count);
    long loaded = 0;
    while (rows.hasNext()) {
      loaded += copy.copy(rows, CHUNK);
    }
    return loaded;
  }

  /**
   * Loads a CSV file (RFC 4180, UTF-8) in one transaction: all of it or nothing. Its first line
   * names the columns customer, total_price, priority, clerk and order_date in any order, and id if
   * it has one; without, ids continue after the largest one in the table.
   *
   * @return how many were loaded
   * @throws InvalidInput at the first line that cannot be loaded
   */
  public static long loadCsv(Connection connection, String table, Path csv) throws SQLException {
    return new CsvLoad(connection, new TableName(table), csv).load();
  }
}
