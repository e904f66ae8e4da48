package io.duly.orders;

import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Closes open attempts whose worker is gone. Thread-safe. */
final class Abandonment {
  /** Open attempts that nobody will record any more, and why that is so. */
  private static final String GONE =
      """
      SELECT a.order_id, a.attempt, CASE
          WHEN w.id IS NULL THEN format('worker lost: %s is unknown', a.worker_id)
          WHEN w.state = 'STOPPED' THEN format('worker lost: %s has stopped', w.id)
          WHEN w.state = 'DEAD' OR w.id = ANY (:dead) THEN format('worker lost: %s is dead, last heartbeat at %s', w.id, w.heartbeat_at)
          ELSE format('worker lost: claimed by %s at %s, longer ago than a call takes', w.id, a.claimed_at) END AS proof
      FROM duly.attempt a LEFT JOIN duly.worker w ON w.id = a.worker_id
      WHERE a.finished_at IS NULL AND (:only::text IS NULL OR a.order_id = :only::{id_type})
        AND (w.id IS NULL OR w.state <> 'ALIVE' OR w.id = ANY (:dead) OR a.claimed_at < clock_timestamp() - make_interval(secs => :age))
        AND (:after::text IS NULL OR a.order_id > :after::{id_type})
      ORDER BY a.order_id LIMIT :limit
      """;

  private static final String ABANDONABLE =
      "SELECT g.order_id::text AS id, g.proof FROM (" + GONE + ") g";

  private static final String ABANDON =
      """
      WITH gone AS MATERIALIZED (
        {gone} FOR UPDATE OF a SKIP LOCKED
      ), held AS MATERIALIZED (
        SELECT order_id AS id FROM gone
      ), {busy rows}, closed AS (
        UPDATE duly.attempt a SET outcome = :outcome, reason = g.proof, finished_at = clock_timestamp(),
          witness = 0, transition = a.transition + (:outcome = 'IN_DOUBT')::int
        FROM gone g WHERE a.order_id = g.order_id AND a.attempt = g.attempt AND g.order_id NOT IN (SELECT b.id FROM busy b)
        RETURNING a.order_id, a.attempt, a.run_id, a.outcome, a.transition
      ), moved AS (
        UPDATE {orders} o SET {status} = CASE :outcome WHEN 'IN_DOUBT' THEN {IN_DOUBT} ELSE {PENDING} END
        FROM closed c WHERE o.{id} = c.order_id AND o.{status} = {PROCESSING}
        RETURNING c.order_id
      ), retried AS (
        INSERT INTO duly.retry AS r (order_id, run_id, not_before)
        SELECT order_id, run_id, clock_timestamp() FROM closed WHERE outcome = 'LOST'
        ON CONFLICT (order_id) DO UPDATE SET not_before = excluded.not_before, queued_at = NULL
      ), counted AS (
        INSERT INTO duly.run_counter AS c (run_id, worker_id, in_doubt)
        SELECT run_id, :reconciler, count(*) FROM closed WHERE outcome = 'IN_DOUBT' GROUP BY run_id
        ON CONFLICT (run_id, worker_id) DO UPDATE SET in_doubt = c.in_doubt + excluded.in_doubt
      ), said AS (
        SELECT pg_logical_emit_message(true, :prefix, json_build_object('kind', 'RECORD', 'entries',
          json_agg(json_build_array(c.order_id::text, c.attempt, c.transition, c.outcome, m.order_id IS NOT NULL, c.run_id)))::text)
        FROM closed c LEFT JOIN moved m ON m.order_id = c.order_id HAVING count(*) > 0
      )
      SELECT (SELECT count(*) FROM closed) + 0 * (SELECT count(*) FROM said) AS closed, count(*) AS looked_at,
        (SELECT order_id::text FROM gone ORDER BY order_id DESC LIMIT 1) AS last_id
      FROM gone
      """
          .replace("{gone}", GONE)
          .replace("{busy rows}", BusyRows.OF_HELD);

  /** Under which contract, from which age on and by whom attempts are closed. */
  record Terms(Contract contract, Duration age, String reconciler) {
    private Outcome outcome() {
      return contract == Contract.IDEMPOTENT ? Outcome.LOST : Outcome.IN_DOUBT;
    }
  }

  /** What became of some candidates, by order; {@code last} is null where there are no more. */
  private record Page(int closed, @Nullable String last) {}

  private final Jdbi jdbi;
  private final OrdersTable table;
  private final String prefix;

  Abandonment(Jdbi jdbi, OrdersTable table, String prefix) {
    this.jdbi = jdbi;
    this.table = table;
    this.prefix = prefix;
  }

  /** Closes up to {@code limit}, however many before them are locked; returns how many. */
  int close(Terms terms, int limit) {
    int closed = 0;
    String after = null;
    do {
      Page page = close(terms, limit - closed, null, after);
      closed += page.closed();
      after = page.last();
    } while (after != null && closed < limit);
    return closed;
  }

  /** Closes that of one order. */
  int close(Terms terms, String orderId) {
    return close(terms, 1, orderId, null).closed();
  }

  private Page close(Terms terms, int limit, @Nullable String only, @Nullable String after) {
    return jdbi.withHandle(
        handle ->
            bound(handle, ABANDON, terms.age(), limit)
                .bind("outcome", terms.outcome().name())
                .bindArray("dead", String.class, List.of())
                .bind("only", only)
                .bind("after", after)
                .bind("reconciler", terms.reconciler())
                .bind("prefix", prefix)
                .map(
                    (row, context) ->
                        new Page(
                            row.getInt("closed"),
                            row.getInt("looked_at") < limit ? null : row.getString("last_id")))
                .one());
  }

  /** Those that would be closed if {@code dead} were declared dead, at most {@code limit}. */
  List<Rescues.Gone> candidates(List<String> dead, Duration age, int limit) {
    return jdbi.withHandle(
        handle ->
            bound(handle, ABANDONABLE, age, limit)
                .bindArray("dead", String.class, dead)
                .bind("only", (String) null)
                .bind("after", (String) null)
                .map(
                    (row, context) -> new Rescues.Gone(row.getString("id"), row.getString("proof")))
                .list());
  }

  private Query bound(Handle handle, String sql, Duration age, int limit) {
    return handle
        .createQuery(table.sql(sql))
        .bind("age", age.toMillis() / 1000.0)
        .bind("limit", limit);
  }
}
