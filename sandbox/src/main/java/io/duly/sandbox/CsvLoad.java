package io.duly.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Loads one CSV file into one table, all of it or nothing. */
final class CsvLoad {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final Pattern COPY_LINE = Pattern.compile("COPY .*, line ([0-9]+)");
  private static final Pattern KEY = Pattern.compile("\\(id\\)=\\((-?[0-9]+)\\)");

  private final Connection connection;
  private final TableName table;
  private final Path file;

  CsvLoad(Connection connection, TableName table, Path file) {
    this.connection = connection;
    this.table = table;
    this.file = file;
  }

  long load() throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    try {
      long loaded = copy();
      connection.commit();
      return loaded;
    } finally {
      connection.rollback();
      connection.setAutoCommit(autoCommit);
    }
  }

  private long copy() throws SQLException {
    try (CsvOrders orders = CsvOrders.open(file, nextId())) {
      return new CopyOrders(connection, table).copy(orders, Long.MAX_VALUE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    } catch (PSQLException e) {
      ServerErrorMessage server = e.getServerErrorMessage();
      if (server != null && UNIQUE_VIOLATION.equals(e.getSQLState())) {
        throw duplicate(server);
      }
      throw e;
    }
  }

  private long nextId() throws SQLException {
    String select = "SELECT coalesce(max(id), 0) + 1 FROM " + table.quoted();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(select)) {
      result.next();
      return result.getLong(1);
    }
  }

  private InvalidInput duplicate(ServerErrorMessage server) {
    String id = group(KEY, String.valueOf(server.getDetail()));
    long row = Long.parseLong(group(COPY_LINE, String.valueOf(server.getWhere())));
    return new InvalidInput(
        file, lineOf(row), "id", id, "an id that neither the table nor an earlier line has");
  }

  private long lineOf(long row) {
    try (CsvOrders orders = CsvOrders.open(file, 1)) {
      for (long i = 0; i < row; i++) {
        orders.next();
      }
      return orders.line();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static String group(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : "0";
  }
}
