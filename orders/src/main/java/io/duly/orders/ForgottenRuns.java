package io.duly.orders;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/**
 * Gives a database back the runs that it forgot, as cancelled ones: what was published for them
 * calls nothing, their results keep the run that they belong to, and no new run takes their number.
 * They get a verdict like any other cancelled run. Orders that they left PENDING are of the next
 * run. Thread-safe.
 */
public final class ForgottenRuns {
  /**
   * Where the topic ended before a run's first record was forgotten too: its records are looked for
   * from the beginning.
   */
  private static final String ADD =
      """
      INSERT INTO duly.run (id, schedule, fire_time, cutoff, state, owner, owner_seen_at, start_offsets, cancelled_at,
        cancelled_by, cancelled_why)
      OVERRIDING SYSTEM VALUE
      SELECT g.id, format('forgotten run %s', g.id), t.seen, t.seen, 'CANCELLED', '', clock_timestamp(), '{0}', clock_timestamp(),
        'the reconciler', 'the database forgot this run'
      FROM unnest(:ids::bigint[], :seen::text[]::timestamptz[]) AS g(id, seen)
      CROSS JOIN LATERAL (SELECT least(g.seen, clock_timestamp()) AS seen) t
      WHERE g.id > 0
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

  /**
   * Adds those runs that the database does not know, each with the time of the earliest record that
   * names it, in place of its fire time; returns how many.
   */
  public int add(Map<Long, Instant> seen) {
    List<Map.Entry<Long, Instant>> runs = List.copyOf(seen.entrySet());
    return jdbi.inTransaction(
        handle -> {
          int added =
              handle
                  .createUpdate(ADD)
                  .bindArray("ids", Long.class, runs.stream().map(Map.Entry::getKey).toList())
                  .bindArray(
                      "seen",
                      String.class,
                      runs.stream().map(each -> each.getValue().toString()).toList())
                  .execute();
          if (added > 0) {
            handle.createQuery(PASS).mapTo(Long.class).one();
          }
          return added;
        });
  }
}
