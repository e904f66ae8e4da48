package io.duly.orders;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/**
 * The moves that the reconciler makes in the database before anything is published: closes attempts
 * whose worker is gone, and queues orders whose next attempt is due. Each says in the log what it
 * did; publication follows from the log. Thread-safe.
 */
public final class Rescues {
  /**
   * Queued again after a while: the topic may have lost the record. A claim removes the row; that
   * of an order which waits no more, because others moved or deleted it or its run is over, is
   * dropped. Those of a paused run stay.
   */
  private static final String QUEUE_DUE =
      """
      WITH page AS MATERIALIZED (
        SELECT r.order_id, coalesce(n.state, '') NOT IN ('CLOSED', 'CANCELLED') AS is_on
        FROM duly.retry r LEFT JOIN duly.run n ON n.id = r.run_id
        WHERE r.not_before <= clock_timestamp() AND n.paused IS NULL
          AND (r.queued_at IS NULL OR r.queued_at < clock_timestamp() - make_interval(secs => :again))
        ORDER BY r.order_id LIMIT :limit FOR UPDATE OF r SKIP LOCKED
      ), found AS MATERIALIZED (  -- order by order, so that no plan reads the whole table
        SELECT p.order_id, p.is_on AND o.is_pending IS NOT NULL AS waits
        FROM page p LEFT JOIN LATERAL (
          SELECT true AS is_pending FROM {orders} o WHERE o.{id} = p.order_id AND o.{status} = {PENDING} LIMIT 1) o ON true
      ), dropped AS (
        DELETE FROM duly.retry r USING found f WHERE r.order_id = f.order_id AND NOT f.waits
      ), due AS (
        UPDATE duly.retry r SET queued_at = clock_timestamp()
        FROM found f WHERE r.order_id = f.order_id AND f.waits
        RETURNING r.order_id, r.run_id
      ), said AS (
        SELECT pg_logical_emit_message(true, :prefix, json_build_object('kind', 'DUE', 'entries',
          json_agg(json_build_array(order_id::text, 0, 0, null, false, run_id)))::text)
        FROM due HAVING count(*) > 0
      )
      SELECT (SELECT count(*) FROM due) + 0 * (SELECT count(*) FROM said)
      """;

  /** What was queued before a gap in the log may have been published by nobody. */
  private static final String QUEUE_AGAIN =
      "UPDATE duly.retry SET queued_at = NULL WHERE queued_at <= :before";

  private static final String BOUND_RETRIES =
      """
      UPDATE duly.retry SET not_before = clock_timestamp() + make_interval(secs => :longest)
      WHERE order_id IN (
        SELECT order_id FROM duly.retry WHERE not_before > clock_timestamp() + make_interval(secs => :longest)
        ORDER BY order_id FOR UPDATE SKIP LOCKED)
      """;

  /** A record on its way is given time to be claimed. */
  private static final String DROP_MOVED =
      """
      DELETE FROM duly.retry r
      WHERE r.run_id = :run AND r.queued_at < clock_timestamp() - interval '2 s'
        AND NOT EXISTS (SELECT FROM {orders} o WHERE o.{id} = r.order_id AND o.{status} = {PENDING})
      """;

  /** One statement, so that an order that passes from one to the other is not missed in both. */
  private static final String UNDERWAY =
      """
      SELECT (SELECT count(*) FROM duly.retry WHERE run_id = :run)
        + (SELECT count(*) FROM duly.attempt WHERE finished_at IS NULL AND run_id = :run)
      """;

  /** An order whose attempt nobody will record any more, and why that is so. */
  public record Gone(String orderId, String proof) {}

  private final Jdbi jdbi;
  private final OrdersTable table;
  private final Abandonment abandonment;
  private final String prefix;

  public Rescues(Jdbi jdbi, OrdersTable table, String prefix) {
    this.jdbi = jdbi;
    this.table = table;
    this.abandonment = new Abandonment(jdbi, table, prefix);
    this.prefix = prefix;
  }

  /**
   * Closes up to {@code limit} open attempts whose worker is dead, stopped or unknown, or that are
   * older than {@code age}; returns how many. Under an idempotent contract the orders go back to
   * PENDING, else they are in doubt. Those whose rows others have locked are left for the next
   * time.
   */
  public int abandon(Contract contract, Duration age, int limit, String reconciler) {
    return abandonment.close(new Abandonment.Terms(contract, age, reconciler), limit);
  }

  /** Does so with the attempt of one order alone. */
  public int abandon(Contract contract, Duration age, String orderId, String reconciler) {
    return abandonment.close(new Abandonment.Terms(contract, age, reconciler), orderId);
  }

  /**
   * What {@link #abandon} would close if {@code dead} were declared dead, at most {@code limit};
   * nothing is changed.
   */
  public List<Gone> abandonable(List<String> dead, Duration age, int limit) {
    return abandonment.candidates(dead, age, limit);
  }

  /**
   * Queues up to {@code limit} orders whose retry is due, and those queued {@code again} ago and
   * not claimed since.
   */
  public int queueDue(Duration again, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(table.sql(QUEUE_DUE))
                .bind("again", again.toMillis() / 1000.0)
                .bind("limit", limit)
                .bind("prefix", prefix)
                .mapTo(Integer.class)
                .one());
  }

  /**
   * Lets no retry wait for more than {@code longest} from now: one that does was told to by a clock
   * that was ahead. Returns how many did.
   */
  public int boundRetries(Duration longest) {
    return jdbi.withHandle(
        handle ->
            handle
                .createUpdate(BOUND_RETRIES)
                .bind("longest", longest.toMillis() / 1000.0)
                .execute());
  }

  /** Lets {@link #queueDue} queue once more what was queued before {@code instant}. */
  public int queueAgain(Instant instant) {
    return jdbi.withHandle(
        handle ->
            handle
                .createUpdate(QUEUE_AGAIN)
                .bind("before", instant.atOffset(ZoneOffset.UTC))
                .execute());
  }

  /**
   * Drops the retries of the run that were queued and whose order waits no more, because others
   * moved or deleted it; returns how many.
   */
  public int dropMoved(long runId) {
    return jdbi.withHandle(
        handle -> handle.createUpdate(table.sql(DROP_MOVED)).bind("run", runId).execute());
  }

  /** How many of the run's orders wait for a retry or have an attempt open. */
  public long underway(long runId) {
    return jdbi.withHandle(
        handle -> handle.createQuery(UNDERWAY).bind("run", runId).mapTo(Long.class).one());
  }
}
