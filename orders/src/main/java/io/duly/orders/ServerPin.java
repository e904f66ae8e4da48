package io.duly.orders;

import java.time.OffsetDateTime;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Jdbi;

/**
 * Lets somebody whose memory stems from one server process write to that process only: another may
 * be an older copy, which must not take over positions that it has not reached. Thread-safe.
 */
public final class ServerPin {
  private static final String SAME = "SELECT pg_postmaster_start_time() = :server";

  private final Jdbi jdbi;
  private final OffsetDateTime server;

  /** Pins the server that answers now. */
  public ServerPin(Jdbi jdbi) {
    this.jdbi = jdbi;
    this.server = new Incarnations(jdbi).current();
  }

  /** For what may be done on any server. */
  public Jdbi jdbi() {
    return jdbi;
  }

  /**
   * Runs {@code work} in a transaction.
   *
   * @throws ServerChanged before {@code work}, where another server answers by now
   */
  public <X extends Exception> void useTransaction(HandleConsumer<X> work) throws X {
    jdbi.useTransaction(
        handle -> {
          boolean isSame =
              handle.createQuery(SAME).bind("server", server).mapTo(Boolean.class).one();
          if (!isSame) {
            throw new ServerChanged(server);
          }
          work.useHandle(handle);
        });
  }

  /** Another server answers than the one that was pinned. */
  public static final class ServerChanged extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private ServerChanged(OffsetDateTime server) {
      super("the database was restarted: the server that started at " + server + " is gone");
    }
  }
}
