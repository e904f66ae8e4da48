package io.duly.reconciler;

import io.duly.runtime.Database;
import io.duly.runtime.Settings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * An advisory lock of the database that one reconciler holds, on a connection of its own. Used by
 * one thread.
 */
final class Leadership implements AutoCloseable {
  private static final String TRY = "SELECT pg_try_advisory_lock(hashtext(?), 0)";

  private final Settings settings;
  private final String name;
  private @Nullable Connection connection;

  Leadership(Settings settings, String name) {
    this.settings = settings;
    this.name = name;
  }

  /** Whether the lock is ours: still, or from now on. */
  boolean isOurs() throws SQLException {
    if (connection != null) {
      if (connection.isValid(5)) {
        return true;
      }
      close();
    }
    Connection fresh = Database.connect(settings);
    if (isLocked(fresh)) {
      connection = fresh;
      return true;
    }
    fresh.close();
    return false;
  }

  private boolean isLocked(Connection fresh) throws SQLException {
    try (PreparedStatement statement = fresh.prepareStatement(TRY)) {
      statement.setString(1, "duly-" + name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  @Override
  public void close() {
    Connection held = connection;
    connection = null;
    if (held != null) {
      try {
        held.close();
      } catch (SQLException e) {
        throw new IllegalStateException("the connection of the reconciler's lock did not close", e);
      }
    }
  }
}
