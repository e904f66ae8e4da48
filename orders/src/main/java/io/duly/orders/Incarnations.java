package io.duly.orders;

import java.time.OffsetDateTime;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Which server process answers, and whether its memory is trusted. A server that crashed, failed
 * over or was restored from an older copy may have forgotten commits; each of these starts a new
 * process, so the start time tells them apart. Its attempts are trusted once the intents in Kafka
 * were compared with them. Thread-safe.
 */
public final class Incarnations {
  private static final String CURRENT = "SELECT pg_postmaster_start_time()";
  private static final String TRUSTED =
      "SELECT EXISTS (SELECT FROM duly.incarnation WHERE started_at = pg_postmaster_start_time())";
  private static final String TRUST =
      """
      INSERT INTO duly.incarnation (started_at, system_id, timeline, trusted_at)
      SELECT :current, s.system_identifier, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), clock_timestamp()
      FROM pg_control_system() s WHERE pg_postmaster_start_time() = :current
      ON CONFLICT (single) DO UPDATE SET started_at = excluded.started_at, system_id = excluded.system_id,
        timeline = excluded.timeline, trusted_at = excluded.trusted_at
      """;

  private final Jdbi jdbi;

  public Incarnations(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The start time of the server that answers now: its name among all that ever answered. */
  public OffsetDateTime current() {
    return jdbi.withHandle(handle -> handle.createQuery(CURRENT).mapTo(OffsetDateTime.class).one());
  }

  /** Whether the server that answers now is trusted. */
  public boolean isTrusted() {
    return jdbi.withHandle(Incarnations::isTrusted);
  }

  /** Whether the server of {@code handle} is trusted. */
  public static boolean isTrusted(Handle handle) {
    return handle.createQuery(TRUSTED).mapTo(Boolean.class).one();
  }

  /** Trusts the server that started at {@code compared}; false where another answers by now. */
  public boolean trust(OffsetDateTime compared) {
    return jdbi.withHandle(
        handle -> handle.createUpdate(TRUST).bind("current", compared).execute() == 1);
  }
}
