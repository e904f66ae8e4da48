package io.duly.orders;

import java.util.Collection;
import org.jdbi.v3.core.Jdbi;

/**
 * Gives a database back the runs that it forgot, as cancelled ones: what was published for them
 * calls nothing, their results keep the run that they belong to, and no new run takes their number.
 * Orders that they left PENDING are of the next run. Thread-safe.
 */
public final class ForgottenRuns {
  private static final String ADD =
      """
      INSERT INTO duly.run (id, schedule, fire_time, cutoff, state, owner, owner_seen_at, closed_at)
      OVERRIDING SYSTEM VALUE
      SELECT DISTINCT g.id, format('forgotten run %s', g.id), clock_timestamp(), clock_timestamp(), 'CANCELLED', '',
        clock_timestamp(), clock_timestamp()
      FROM unnest(:ids::bigint[]) AS g(id)
      ON CONFLICT DO NOTHING
      """;
  private static final String PASS =
      """
      SELECT setval(pg_get_serial_sequence('duly.run', 'id'), greatest(max(id), 1), max(id) IS NOT NULL) FROM duly.run
      """;

  private final Jdbi jdbi;

  public ForgottenRuns(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Adds those of {@code runIds} that the database does not know; returns how many. */
  public int add(Collection<Long> runIds) {
    return jdbi.inTransaction(
        handle -> {
          int added = handle.createUpdate(ADD).bindArray("ids", Long.class, runIds).execute();
          if (added > 0) {
            handle.createQuery(PASS).mapTo(Long.class).one();
          }
          return added;
        });
  }
}
