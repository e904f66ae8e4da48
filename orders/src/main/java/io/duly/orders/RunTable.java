package io.duly.orders;

import io.duly.runtime.Patience;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The table of runs and their counters. Thread-safe. */
public final class RunTable {
  private static final String OPEN =
      """
      INSERT INTO duly.run AS r (schedule, fire_time, cutoff, state, owner, owner_seen_at, filter, lane)
      VALUES (:schedule, :fireTime, :cutoff, 'OPEN', '', clock_timestamp(), :filter, :lane)
      ON CONFLICT (schedule, fire_time) DO UPDATE
        SET state = excluded.state, cutoff = excluded.cutoff, filter = excluded.filter, lane = excluded.lane,
          opened_at = clock_timestamp(), closed_at = NULL
        WHERE r.state = 'MISSED'
      """;
  private static final String MISS =
      Notifications.telling(
          "run-missed",
          "NULL",
          """
      INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at, closed_at)
      VALUES (:schedule, :fireTime, :fireTime, 'MISSED', '', clock_timestamp(), clock_timestamp())
      ON CONFLICT (schedule, fire_time) DO NOTHING
      """);
  private static final String IN_STATE =
      "SELECT * FROM duly.run WHERE state = :state AND state IN ('OPEN', 'PUBLISHING', 'PUBLISHED') AND paused IS NULL ORDER BY id";
  private static final String BY_ID = "SELECT * FROM duly.run WHERE id = :id";
  private static final String MISSED =
      """
      SELECT * FROM duly.run m WHERE m.state = 'MISSED' AND m.closed_at > clock_timestamp() - make_interval(secs => :seconds)
        AND NOT EXISTS (
          SELECT FROM duly.run l WHERE l.schedule = m.schedule AND l.fire_time > m.fire_time AND l.state <> 'MISSED')
      ORDER BY m.fire_time DESC
      """;
  private static final String LATEST =
      "SELECT * FROM duly.run WHERE state <> 'MISSED' ORDER BY id DESC LIMIT 1";
  private static final String TOTALS =
      """
      SELECT coalesce(sum(completed), 0) AS completed, coalesce(sum(failed), 0) AS failed,
        coalesce(sum(in_doubt - settled), 0) AS in_doubt
      FROM duly.run_counter WHERE run_id = :id
      """;

  /** How long counting all results of a run may take. */
  private static final Duration LONG = Duration.ofMinutes(10);

  private static final String CONFIRMED =
      """
      SELECT count(*) AS results, count(*) - count(DISTINCT order_id) AS repeated FROM duly.attempt
      WHERE run_id = :id AND witness = 3 AND outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT')
      """;

  /** Whoever takes a doubt back waits for the verdict, or it for him. */
  static final String LOCK = "SELECT id FROM duly.run WHERE id = :id FOR NO KEY UPDATE";

  /**
   * The run while it waits for its verdict, which then waits for the statement: who was frozen
   * while another gave it finds none.
   */
  static final String JUDGED =
      "SELECT id FROM duly.run WHERE id = :run AND state = 'PUBLISHED' FOR NO KEY UPDATE";

  /** Nothing of the run is under way, and its results still are those that were counted. */
  static final String UNCHANGED =
      """
      NOT EXISTS (SELECT FROM duly.retry t WHERE t.run_id = :id)
        AND NOT EXISTS (SELECT FROM duly.attempt a WHERE a.run_id = :id AND a.finished_at IS NULL)
        AND (:completed, :failed, :inDoubt) = (
          SELECT coalesce(sum(c.completed), 0), coalesce(sum(c.failed), 0), coalesce(sum(c.in_doubt - c.settled), 0)
          FROM duly.run_counter c WHERE c.run_id = :id)
      """;

  private static final String CLOSE =
      Notifications.telling(
          "run-closed",
          "NULL",
          """
      UPDATE duly.run r SET state = 'CLOSED', closed_at = clock_timestamp(), completed = :completed, failed = :failed,
        in_doubt = :inDoubt, cancelled = l.withdrawn, skipped = l.without - l.withdrawn, selected = :settled - :repeated + l.without, repeated = :repeated,
        eta = NULL
      FROM (
        SELECT count(*) FILTER (WHERE s.reason = 'CANCELLED') AS withdrawn, count(s.order_id) AS listed,
          CASE WHEN n.resumed THEN count(s.order_id)
            ELSE greatest(count(s.order_id), n.selected + :repeated - :settled) END AS without
        FROM duly.run n LEFT JOIN duly.skipped s ON s.run_id = n.id
        WHERE n.id = :id GROUP BY n.id) l
      WHERE r.id = :id AND r.state = 'PUBLISHED' AND r.paused IS NULL AND (NOT :isWhole OR l.without = l.listed) AND
      """
              + UNCHANGED);

  /**
   * Results that the log and the topic have shown.
   *
   * @param repeated how many of them are not the first one of their order in the run
   */
  public record Confirmed(long results, long repeated) {}

  private final Jdbi jdbi;

  public RunTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Opens the run of {@code schedule} at {@code fireTime}, in the caller's transaction; false where
   * it has been opened before.
   */
  public static boolean open(
      Handle handle, String schedule, Instant fireTime, Run.Selection selection) {
    return handle
            .createUpdate(OPEN)
            .bind("schedule", schedule)
            .bind("fireTime", fireTime.atOffset(ZoneOffset.UTC))
            .bind("cutoff", selection.cutoff().atOffset(ZoneOffset.UTC))
            .bind("filter", selection.filter())
            .bind("lane", selection.lane())
            .execute()
        == 1;
  }

  /** Notes that {@code schedule} missed {@code fireTime}, in the caller's transaction. */
  public static void miss(Handle handle, String schedule, Instant fireTime) {
    handle
        .createQuery(MISS)
        .bind("schedule", schedule)
        .bind("fireTime", fireTime.atOffset(ZoneOffset.UTC))
        .mapTo(Integer.class)
        .one();
  }

  /** The runs in {@code state}, in which a run is not over yet, that are not paused. */
  public List<Run> inState(Run.State state) {
    return jdbi.withHandle(
        handle -> handle.createQuery(IN_STATE).bind("state", state.name()).map(RunRow::run).list());
  }

  public Optional<Run> find(long id) {
    return jdbi.withHandle(
        handle -> handle.createQuery(BY_ID).bind("id", id).map(RunRow::run).findOne());
  }

  public Optional<Run> latest() {
    return jdbi.withHandle(handle -> handle.createQuery(LATEST).map(RunRow::run).findOne());
  }

  /**
   * The fire times that were missed not longer than {@code lately} ago, the latest first: those
   * that no later run of their schedule has made up for.
   */
  public List<Run> missed(Duration lately) {
    return jdbi.withHandle(
        handle ->
            handle.createQuery(MISSED).bind("seconds", lately.toSeconds()).map(RunRow::run).list());
  }

  /** The run's counts so far, from the counters that are kept with the results. */
  public RunTotals totals(long id) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(TOTALS)
                .bind("id", id)
                .map(
                    (row, context) ->
                        new RunTotals(
                            row.getLong("completed"),
                            row.getLong("failed"),
                            row.getLong("in_doubt")))
                .one());
  }

  /**
   * How many of the run's results the log and the result topic have both shown. Reads all attempts:
   * not for a hot path.
   */
  public Confirmed confirmed(long id) {
    return jdbi.withHandle(
        handle ->
            Patience.of(handle, LONG)
                .createQuery(CONFIRMED)
                .bind("id", id)
                .map(
                    (row, context) ->
                        new Confirmed(row.getLong("results"), row.getLong("repeated")))
                .one());
  }

  /**
   * Closes the run with {@code totals}, of which so many are {@code repeated}, and what {@link
   * Skips} has found: the orders of both together are what was selected. Where all that was
   * published was looked at, {@code isWhole}, none may be missing; else those that are missing
   * count as skipped. False also where something of the run has changed since it was counted.
   */
  public boolean close(long id, RunTotals totals, long repeated, boolean isWhole) {
    return jdbi.inTransaction(
        handle -> {
          handle.createQuery(LOCK).bind("id", id).mapTo(Long.class).findOne();
          return handle
                  .createQuery(CLOSE)
                  .bind("isWhole", isWhole)
                  .bind("id", id)
                  .bind("completed", totals.completed())
                  .bind("failed", totals.failed())
                  .bind("inDoubt", totals.inDoubt())
                  .bind("settled", totals.settled())
                  .bind("repeated", repeated)
                  .mapTo(Integer.class)
                  .one()
              == 1;
        });
  }
}
