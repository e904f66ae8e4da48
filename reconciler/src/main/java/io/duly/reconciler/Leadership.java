package io.duly.reconciler;

import io.duly.runtime.Database;
import io.duly.runtime.Settings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An advisory lock of the database that one reconciler holds, on a connection of its own. The
 * server itself gives the lock to another where its holder is silent, frozen or gone, for too long.
 * Thread-safe.
 */
final class Leadership implements AutoCloseable {
  /** How long a holder may be silent. */
  static final Duration IDLE = Duration.ofSeconds(30);

  private static final String TRY =
      "SELECT pg_try_advisory_lock(hashtext(?), 0) FROM set_config('idle_session_timeout', ?, false)";
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final Settings settings;
  private final String name;
  private final Duration idle;
  private @Nullable Connection connection;

  /** When the server was asked last of what it has answered: from then on the lock is kept. */
  private volatile long provenNanos;

  /** {@code idle} is how long the server keeps the lock for a holder that does not ping. */
  Leadership(Settings settings, String name, Duration idle) {
    this.settings = settings;
    this.name = name;
    this.idle = idle;
    this.provenNanos = System.nanoTime() - idle.toNanos();
  }

  /**
   * Whether the lock is ours: still, or from now on. After it was lost the answer is no once, so
   * that what was begun under it ends before it may be taken again.
   */
  synchronized boolean isOurs() throws SQLException {
    if (connection != null) {
      if (ping()) {
        return true;
      }
      close();
      return false;
    }
    long askedNanos = System.nanoTime();
    Connection fresh = Database.connect(settings, ANSWER.multipliedBy(2));
    if (isLocked(fresh)) {
      connection = fresh;
      provenNanos = askedNanos;
      return true;
    }
    fresh.close();
    return false;
  }

  /**
   * Keeps the lock, where it is held, and tells whether it is. A lock, because the connection is
   * for one thread at a time.
   */
  synchronized boolean ping() throws SQLException {
    long askedNanos = System.nanoTime();
    boolean isHeld = connection != null && connection.isValid(ANSWER.toSecondsPart());
    if (isHeld) {
      provenNanos = askedNanos;
    }
    return isHeld;
  }

  /**
   * Whether the lock is ours beyond doubt, as far as the last pings tell; asks nobody. False in a
   * process that wakes after it was frozen.
   */
  boolean isCertain() {
    return System.nanoTime() - provenNanos < idle.toNanos() * 2 / 3;
  }

  private boolean isLocked(Connection fresh) throws SQLException {
    try (PreparedStatement statement = fresh.prepareStatement(TRY)) {
      statement.setString(1, "duly-" + name);
      statement.setString(2, idle.toMillis() + "ms");
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  @Override
  public synchronized void close() {
    Connection held = connection;
    connection = null;
    provenNanos = System.nanoTime() - idle.toNanos();
    if (held != null) {
      try {
        held.close();
      } catch (SQLException e) {
        throw new IllegalStateException("the connection of the reconciler's lock did not close", e);
      }
    }
  }
}
