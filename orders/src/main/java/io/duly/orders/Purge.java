package io.duly.orders;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Removes old attempts, run by run, a page of orders in a statement. An order's attempts go all
 * together, where each of them is finished, not in doubt and older than the retention, their runs
 * have ended as long ago, and the order waits for nothing; {@code duly.purged} then remembers it,
 * so that it is refused a new call. Evidence, decisions, counters and runs stay. Thread-safe.
 *
 * <p>No order is locked for it: of one that its owner sets back to PENDING meanwhile, the claim
 * sees either the attempts or the row that takes their place.
 */
public final class Purge {
  private static final String DUE =
      """
      SELECT r.id FROM duly.run r
      WHERE r.state IN ('CLOSED', 'CANCELLED')
        AND coalesce(r.closed_at, r.published_at, r.opened_at) < clock_timestamp() - make_interval(secs => :retention)
        AND EXISTS (SELECT FROM duly.attempt a WHERE a.run_id = r.id)
      ORDER BY r.id
      """;

  /**
   * The limit and the presence of {@code after} are part of the text, so that the plan, made once
   * for all values, reaches attempts and orders through their keys.
   */
  private static final String PURGE =
      """
      WITH page AS MATERIALIZED (
        SELECT DISTINCT a.order_id FROM duly.attempt a WHERE a.run_id = :run {after}
        ORDER BY a.order_id LIMIT {limit}
      ), judged AS MATERIALIZED (
        SELECT p.order_id, h.last, h.generation,
          h.is_over AND coalesce((SELECT o.{status} IN ({COMPLETED}, {FAILED}) OR o.{status} NOT IN ({PENDING}, {PROCESSING}, {IN_DOUBT})
            FROM {orders} o WHERE o.{id} = p.order_id), true) AS may_go
        FROM page p CROSS JOIN LATERAL (
          SELECT max(a.attempt) AS last,
            max(a.generation) FILTER (WHERE a.outcome NOT IN ('NOT_EXECUTED', 'TURNED_AWAY', 'RELEASED')) AS generation,
            bool_and(coalesce(a.outcome <> 'IN_DOUBT' AND r.state IN ('CLOSED', 'CANCELLED')
              AND a.finished_at < clock_timestamp() - make_interval(secs => :retention), false)) AS is_over
          FROM duly.attempt a LEFT JOIN duly.run r ON r.id = a.run_id
          WHERE a.order_id = p.order_id) h
      ), gone AS (
        DELETE FROM duly.attempt a USING judged j
        WHERE j.may_go AND a.order_id = j.order_id AND a.attempt <= j.last
          AND a.finished_at IS NOT NULL AND a.outcome <> 'IN_DOUBT'
        RETURNING a.run_id
      ), remembered AS (
        INSERT INTO duly.purged AS p (order_id, last_attempt, generation)
        SELECT order_id, last, generation FROM judged WHERE may_go
        ON CONFLICT (order_id) DO UPDATE SET last_attempt = greatest(p.last_attempt, excluded.last_attempt),
          generation = greatest(p.generation, excluded.generation)
      ), marked AS (
        UPDATE duly.run r SET purged_at = clock_timestamp()
        FROM (SELECT DISTINCT run_id FROM gone) g
        WHERE r.id = g.run_id AND r.purged_at IS NULL
      )
      SELECT (SELECT order_id::text FROM page ORDER BY order_id DESC LIMIT 1) AS last_id,
        (SELECT count(*) FROM gone) AS attempts
      """;

  /**
   * What one page was.
   *
   * @param lastId where the next one begins; null after the last
   * @param attempts how many attempts went
   */
  public record Page(@Nullable String lastId, int attempts) {}

  private final Jdbi jdbi;
  private final double retention;
  private final String firstSql;
  private final String nextSql;

  /** Purges what is older than {@code retention}, {@code limit} orders at a time. */
  public Purge(Jdbi jdbi, OrdersTable table, Duration retention, int limit) {
    this.jdbi = jdbi;
    this.retention = retention.toMillis() / 1000.0;
    String sql = table.sql(PURGE.replace("{limit}", Integer.toString(limit)));
    this.firstSql = sql.replace("{after}", "");
    this.nextSql = sql.replace("{after}", "AND a.order_id > :after::" + table.idType().sqlName());
  }

  /**
   * How long attempts are kept.
   *
   * @throws UserError where the API remembers a key for longer
   */
  public static Duration retention(Settings settings) {
    Duration retention = settings.duration("attempts.retention");
    if (retention.compareTo(settings.duration("api.key-retention")) < 0) {
      throw new UserError(
          "attempts.retention is "
              + settings.text("attempts.retention")
              + ", shorter than api.key-retention, "
              + settings.text("api.key-retention")
              + ": keep attempts at least as long as the API keeps the keys");
    }
    return retention;
  }

  /** Runs that ended longer ago than the retention and have attempts still. */
  public List<Long> dueRuns() {
    return jdbi.withHandle(
        handle -> handle.createQuery(DUE).bind("retention", retention).mapTo(Long.class).list());
  }

  /** Purges what may go of the run's next orders after {@code after}; null: of its first. */
  public Page purge(long run, @Nullable String after) {
    return jdbi.withHandle(
        handle -> {
          var query =
              handle
                  .createQuery(after == null ? firstSql : nextSql)
                  .bind("run", run)
                  .bind("retention", retention);
          if (after != null) {
            query.bind("after", after);
          }
          return query
              .map((row, context) -> new Page(row.getString("last_id"), row.getInt("attempts")))
              .one();
        });
  }
}
