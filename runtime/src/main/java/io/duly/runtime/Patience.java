package io.duly.runtime;

import java.sql.SQLException;
import java.time.Duration;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;

/**
 * Lets the few statements that look at all of a run take longer than others may. A worker needs
 * none: what takes longer than the connection's time-out there has failed.
 */
public final class Patience {
  private Patience() {}

  /**
   * The {@code handle}, whose statements may take {@code atMost} each until it is closed; its pool
   * gives the connection its own time-out back then.
   *
   * @throws ConnectionException where the connection is broken
   */
  public static Handle of(Handle handle, Duration atMost) {
    try {
      handle.getConnection().setNetworkTimeout(Runnable::run, Math.toIntExact(atMost.toMillis()));
      return handle;
    } catch (SQLException e) {
      throw new ConnectionException(e);
    }
  }
}
