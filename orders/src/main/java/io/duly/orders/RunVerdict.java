package io.duly.orders;

import io.duly.runtime.Patience;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The verdict of a run and its orders one by one, for those who keep the books. Memory does not
 * grow with the run. Thread-safe.
 */
public final class RunVerdict {
  private static final String TOTALS =
      """
      SELECT r.id, r.schedule, r.fire_time, r.state, r.closed_at, r.selected, coalesce(r.completed, c.completed) AS completed,
        coalesce(r.failed, c.failed) AS failed, coalesce(r.in_doubt, c.in_doubt) AS in_doubt, r.cancelled, r.skipped,
        r.unclaimed, r.repeated
      FROM duly.run r CROSS JOIN LATERAL (
        SELECT coalesce(sum(c.completed), 0) AS completed, coalesce(sum(c.failed), 0) AS failed,
          coalesce(sum(c.in_doubt - c.settled), 0) AS in_doubt
        FROM duly.run_counter c WHERE c.run_id = r.id) c
      WHERE r.id = :run
      """;

  /** Of each order its result in the run, or else the last attempt; then those without a result. */
  private static final String ORDERS =
      """
      (SELECT DISTINCT ON (a.order_id) a.order_id::text AS id, coalesce(a.outcome, 'OPEN') AS outcome, a.attempt, a.generation,
        a.http_status, a.reference, a.finished_at, sum(a.calls) OVER (PARTITION BY a.order_id)::int AS calls, a.reason
      FROM duly.attempt a WHERE a.run_id = :run
      ORDER BY a.order_id, coalesce(a.outcome, '') IN ('COMPLETED', 'FAILED', 'IN_DOUBT') DESC, a.attempt DESC)
      UNION ALL
      SELECT s.order_id::text, 'SKIPPED', NULL, NULL, NULL, NULL, NULL, 0, s.reason FROM duly.skipped s
      WHERE s.run_id = :run
        AND NOT EXISTS (SELECT FROM duly.attempt a WHERE a.run_id = :run AND a.order_id = s.order_id)
      """;

  private static final int FETCH = 1_000;

  /** How long sorting the orders of a run may take. */
  private static final Duration LONG = Duration.ofHours(1);

  /** The sums; null where they are not known yet. */
  public record Totals(
      long run,
      String schedule,
      Instant fireTime,
      String state,
      @Nullable Instant closedAt,
      long selected,
      long completed,
      long failed,
      long inDoubt,
      @Nullable Long cancelled,
      @Nullable Long skipped,
      @Nullable Long unclaimed,
      @Nullable Long repeated) {}

  /** What became of one order in the run; {@code calls} are those of all its attempts there. */
  public record Line(
      String orderId,
      String outcome,
      @Nullable Integer attempt,
      @Nullable Integer generation,
      @Nullable Integer httpStatus,
      @Nullable String reference,
      @Nullable Instant finishedAt,
      int calls,
      @Nullable String reason) {}

  private final Jdbi jdbi;

  public RunVerdict(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The sums of a run; empty where there is none. */
  public Optional<Totals> totals(long run) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(TOTALS)
                .bind("run", run)
                .map((row, context) -> totals(row))
                .findOne());
  }

  /** Gives each order of the run that was claimed or skipped to {@code taker}, by id. */
  public void forEach(long run, Consumer<Line> taker) {
    jdbi.useTransaction(
        handle ->
            Patience.of(handle, LONG)
                .createQuery(ORDERS)
                .setFetchSize(FETCH)
                .bind("run", run)
                .map((row, context) -> line(row))
                .forEach(taker));
  }

  private static Totals totals(ResultSet row) throws SQLException {
    return new Totals(
        row.getLong("id"),
        row.getString("schedule"),
        row.getObject("fire_time", OffsetDateTime.class).toInstant(),
        row.getString("state"),
        instant(row, "closed_at"),
        row.getLong("selected"),
        row.getLong("completed"),
        row.getLong("failed"),
        row.getLong("in_doubt"),
        row.getObject("cancelled", Long.class),
        row.getObject("skipped", Long.class),
        row.getObject("unclaimed", Long.class),
        row.getObject("repeated", Long.class));
  }

  private static Line line(ResultSet row) throws SQLException {
    return new Line(
        row.getString("id"),
        row.getString("outcome"),
        row.getObject("attempt", Integer.class),
        row.getObject("generation", Integer.class),
        row.getObject("http_status", Integer.class),
        row.getString("reference"),
        instant(row, "finished_at"),
        row.getInt("calls"),
        row.getString("reason"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
