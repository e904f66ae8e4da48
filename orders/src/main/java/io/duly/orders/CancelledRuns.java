package io.duly.orders;

import io.duly.runtime.Patience;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The end of cancelled runs. Orders that got no result stay as they are and are only counted: no
 * row is written for any of them. Thread-safe.
 */
public final class CancelledRuns {
  /**
   * A claim that began before the cancellation, and the ingest that still publishes the run, are
   * given the time to end.
   */
  private static final String UNSETTLED =
      """
      SELECT * FROM duly.run
      WHERE state = 'CANCELLED' AND closed_at IS NULL AND cancelled_at < clock_timestamp() - interval '2 s'
        AND (owner = '' OR owner_seen_at < clock_timestamp() - make_interval(secs => :patience))
      ORDER BY id
      """;

  private static final String DROP_RETRIES = "DELETE FROM duly.retry WHERE run_id = :id";
  private static final String OPEN =
      "SELECT count(*) FROM duly.attempt WHERE finished_at IS NULL AND run_id = :id";
  private static final String BEGIN_COUNT =
      """
      DROP TABLE IF EXISTS pg_temp.cancelled_order;
      CREATE TEMPORARY TABLE cancelled_order (order_id {id_type} PRIMARY KEY)
      """;
  private static final String ADD =
      "INSERT INTO cancelled_order SELECT g.id::{id_type} FROM unnest(:ids::text[]) AS g(id) ON CONFLICT DO NOTHING";
  private static final String ADD_RESULTS =
      """
      INSERT INTO cancelled_order SELECT order_id FROM duly.attempt
      WHERE run_id = :id AND outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT') ON CONFLICT DO NOTHING
      """;
  private static final String SETTLE =
      Notifications.telling(
          "run-cancelled",
          "t.cancelled_why",
          """
      UPDATE duly.run SET closed_at = clock_timestamp(), completed = :completed, failed = :failed, in_doubt = :inDoubt,
        repeated = :repeated, cancelled = 0, skipped = 0, selected = :published, unclaimed = :published + :repeated - :settled,
        end_offsets = CASE WHEN cardinality(:ends::bigint[]) > 0 THEN :ends::bigint[] ELSE end_offsets END, eta = NULL
      WHERE id = :id AND state = 'CANCELLED' AND closed_at IS NULL AND
      """
              + RunTable.UNCHANGED);

  /** How long copying the orders with a result may take. */
  private static final Duration LONG = Duration.ofMinutes(10);

  private final Jdbi jdbi;
  private final OrdersTable table;

  public CancelledRuns(Jdbi jdbi, OrdersTable table) {
    this.jdbi = jdbi;
    this.table = table;
  }

  /**
   * Cancelled runs without a verdict, except those that an ingest seen within {@code patience} has
   * not let go.
   */
  public List<Run> unsettled(Duration patience) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(UNSETTLED)
                .bind("patience", patience.toMillis() / 1000.0)
                .map(RunRow::run)
                .list());
  }

  /** Drops what the run owes: its orders are PENDING for a later run; returns how many. */
  public int dropRetries(long id) {
    return jdbi.withHandle(handle -> handle.createUpdate(DROP_RETRIES).bind("id", id).execute());
  }

  /** How many attempts of the run are open. */
  public long underway(long id) {
    return jdbi.withHandle(
        handle -> handle.createQuery(OPEN).bind("id", id).mapTo(Long.class).one());
  }

  /**
   * How many different orders were published for the run or got a result of it. {@code records}
   * gives the ids that were published to what it is called with, in steps.
   */
  public long published(long id, Consumer<Consumer<List<String>>> records) {
    return jdbi.withHandle(
        handle -> {
          handle.createScript(table.sql(BEGIN_COUNT)).execute();
          records.accept(ids -> add(handle, ids));
          Patience.of(handle, LONG).createUpdate(ADD_RESULTS).bind("id", id).execute();
          long published =
              handle.createQuery("SELECT count(*) FROM cancelled_order").mapTo(Long.class).one();
          handle.execute("DROP TABLE cancelled_order");
          return published;
        });
  }

  private void add(Handle handle, List<String> ids) {
    handle.createUpdate(table.sql(ADD)).bindArray("ids", String.class, ids).execute();
  }

  /**
   * Writes the verdict of the run: of so many orders {@code published} those without a result were
   * left unclaimed. They stand in the topic before {@code ends}, by partition; what an ingest that
   * stood still publishes later is not of the run. False where it has a verdict, or something of it
   * has changed since it was counted.
   */
  public boolean settle(long id, RunTotals totals, long repeated, long published, List<Long> ends) {
    return jdbi.inTransaction(
        handle -> {
          handle.createQuery(RunTable.LOCK).bind("id", id).mapTo(Long.class).findOne();
          return handle
                  .createQuery(SETTLE)
                  .bind("id", id)
                  .bind("completed", totals.completed())
                  .bind("failed", totals.failed())
                  .bind("inDoubt", totals.inDoubt())
                  .bind("settled", totals.settled())
                  .bind("repeated", repeated)
                  .bind("published", published)
                  .bindArray("ends", Long.class, ends)
                  .mapTo(Integer.class)
                  .one()
              == 1;
        });
  }
}
