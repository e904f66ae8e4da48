package io.duly.operations;

import io.duly.runtime.UserError;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Held by the one who moves offsets of an installation, so that nobody else lets its workers join
 * again meanwhile. An advisory lock on a connection of its own, which goes with the connection. One
 * thread.
 */
final class ReplayLock implements AutoCloseable {
  private static final String TRY = "SELECT pg_try_advisory_lock(hashtext('duly.replay'), 0)";
  private static final String FREE = "SELECT pg_advisory_unlock(hashtext('duly.replay'), 0)";

  private final Handle handle;

  private ReplayLock(Handle handle) {
    this.handle = handle;
  }

  /**
   * Takes it.
   *
   * @throws UserError where another holds it
   */
  static ReplayLock take(Jdbi jdbi) {
    Handle handle = jdbi.open();
    try {
      if (handle.createQuery(TRY).mapTo(Boolean.class).one()) {
        return new ReplayLock(handle);
      }
    } catch (RuntimeException e) {
      handle.close();
      throw e;
    }
    handle.close();
    throw new UserError(
        "another replay is moving offsets now: nothing was changed; wait for it, 'duly replay --history' shows it");
  }

  /** Lets go of it; the connection goes back to the pool, so that it must not keep the lock. */
  @Override
  public void close() {
    try (handle) {
      handle.createQuery(FREE).mapTo(Boolean.class).one();
    }
  }
}
