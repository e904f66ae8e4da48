package io.duly.e2e;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Single statements of a test, each on a connection of its own. */
public final class Sql {
  private Sql() {}

  /** Throws IllegalStateException with the statement if it fails. */
  public static void execute(String url, String sql) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The number in the only row; throws as {@link #execute} does. */
  public static long count(String url, String sql) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The texts of the only column; throws as {@link #execute} does. */
  public static List<String> texts(String url, String sql) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> texts = new ArrayList<>();
      while (row.next()) {
        texts.add(row.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Opens a run of {@code schedule} that fires now, for any ingest to take up. */
  public static void openRun(String url, String schedule) {
    execute(
        url,
        """
        INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at)
        VALUES ('%s', now(), now(), 'PUBLISHING', '', now())
        """
            .formatted(schedule));
  }
}
