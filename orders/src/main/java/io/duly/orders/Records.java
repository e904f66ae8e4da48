package io.duly.orders;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records how attempts ended, many in one statement and one commit. Each closes its own attempt, by
 * token; a doubt may still be settled by its own late answer. The status is written only where it
 * is still ours; what comes too late for both is kept as evidence. An order that was not executed
 * is retried by its run, or, where that has its verdict, is PENDING for a later one and amends the
 * verdict. It waits for no row of the orders table. Thread-safe.
 */
public final class Records {
  private static final Logger log = LoggerFactory.getLogger(Records.class);
  private static final String RECORD =
      """
      WITH given AS MATERIALIZED (
        SELECT g.id::{id_type} AS id, g.attempt, g.token, g.outcome, g.calls, g.http, g.reason, g.reference, g.fields, g.wait,
          CASE g.outcome WHEN 'COMPLETED' THEN {COMPLETED} WHEN 'FAILED' THEN {FAILED} WHEN 'IN_DOUBT' THEN {IN_DOUBT}
            ELSE {PENDING} END AS status
        FROM unnest(:ids::text[], :attempts::int[], :tokens::uuid[], :outcomes::text[], :calls::int[], :http::int[],
          :reasons::text[], :references::text[], :fields::jsonb[], :waits::float8[])
          AS g(id, attempt, token, outcome, calls, http, reason, reference, fields, wait)
      ), held AS MATERIALIZED (
        SELECT g.id FROM given g
        JOIN duly.attempt a ON a.order_id = g.id AND a.attempt = g.attempt AND a.token = g.token
        ORDER BY a.order_id, a.attempt FOR NO KEY UPDATE OF a
      ), {busy rows}, closed AS (
        UPDATE duly.attempt a SET outcome = g.outcome, calls = greatest(a.calls, g.calls), http_status = g.http,
          reason = g.reason, reference = g.reference, fields = g.fields, finished_at = clock_timestamp(), witness = 0,
          transition = a.transition + (g.outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT'))::int
        FROM given g
        WHERE a.order_id = g.id AND a.attempt = g.attempt AND a.token = g.token
          AND (a.finished_at IS NULL
            OR (a.outcome = 'IN_DOUBT' AND g.outcome IN ('COMPLETED', 'FAILED', 'NOT_EXECUTED', 'TURNED_AWAY')))
          AND g.id NOT IN (SELECT b.id FROM busy b)
        RETURNING a.order_id, a.attempt, a.token, a.run_id, a.outcome, a.transition, g.status, g.wait,
          a.transition > (g.outcome NOT IN ('NOT_EXECUTED', 'TURNED_AWAY'))::int AS settles
      ), moved AS (
        UPDATE {orders} o SET {status} = c.status
        FROM closed c
        WHERE o.{id} = c.order_id AND o.{status} = CASE WHEN c.settles THEN {IN_DOUBT} ELSE {PROCESSING} END
        RETURNING c.order_id
      ), ruled AS MATERIALIZED (  -- locked, so that the run's verdict either knows this or is amended
        SELECT r.id, r.closed_at FROM (SELECT DISTINCT run_id FROM closed WHERE settles AND outcome IN ('NOT_EXECUTED', 'TURNED_AWAY')) c
        JOIN duly.run r ON r.id = c.run_id FOR SHARE OF r
      ), amended AS (
        INSERT INTO duly.skipped (run_id, order_id, reason)
        SELECT DISTINCT c.run_id, c.order_id, 'NOT_EXECUTED' FROM closed c JOIN ruled r ON r.id = c.run_id
        WHERE c.settles AND c.outcome IN ('NOT_EXECUTED', 'TURNED_AWAY') AND r.closed_at IS NOT NULL
        ON CONFLICT (run_id, order_id) DO NOTHING
      ), retried AS (  -- two doubts of an order may be settled together
        INSERT INTO duly.retry AS r (order_id, run_id, not_before)
        SELECT DISTINCT ON (c.order_id) c.order_id, c.run_id, clock_timestamp() + make_interval(secs => c.wait)
        FROM closed c LEFT JOIN ruled r ON r.id = c.run_id
        WHERE c.outcome IN ('RETRY', 'NOT_EXECUTED', 'TURNED_AWAY') AND r.closed_at IS NULL
        ORDER BY c.order_id, c.attempt DESC
        ON CONFLICT (order_id) DO UPDATE SET not_before = excluded.not_before, queued_at = NULL
      ), counted AS (
        INSERT INTO duly.run_counter AS c (run_id, worker_id, completed, failed, in_doubt, settled)
        SELECT run_id, :worker, count(*) FILTER (WHERE outcome = 'COMPLETED'), count(*) FILTER (WHERE outcome = 'FAILED'),
          count(*) FILTER (WHERE outcome = 'IN_DOUBT'), count(*) FILTER (WHERE settles)
        FROM closed GROUP BY run_id
        ON CONFLICT (run_id, worker_id) DO UPDATE SET completed = c.completed + excluded.completed,
          failed = c.failed + excluded.failed, in_doubt = c.in_doubt + excluded.in_doubt,
          settled = c.settled + excluded.settled
      ), late AS (
        INSERT INTO duly.evidence (order_id, attempt, token, kind, detail)
        SELECT g.id, g.attempt, g.token,
          CASE WHEN EXISTS (
            SELECT FROM duly.attempt a
            WHERE a.order_id = g.id AND a.outcome IN ('COMPLETED', 'FAILED') AND g.outcome IN ('COMPLETED', 'FAILED')
              AND (a.outcome <> g.outcome OR a.reference <> g.reference)) THEN 'contradiction' ELSE 'late answer' END,
          concat_ws(' ', g.outcome, g.http, g.reason, g.reference, g.fields)
        FROM given g
        WHERE NOT EXISTS (SELECT FROM closed c WHERE c.order_id = g.id AND c.attempt = g.attempt AND c.token = g.token)
          AND NOT EXISTS (  -- the same answer, recorded again after an outcome unknown to its worker
            SELECT FROM duly.attempt a
            WHERE a.order_id = g.id AND a.attempt = g.attempt AND a.token = g.token AND a.outcome = g.outcome
              AND a.outcome IN ('COMPLETED', 'FAILED') AND a.reference IS NOT DISTINCT FROM g.reference)
          AND g.id NOT IN (SELECT b.id FROM busy b)
        RETURNING order_id, attempt, kind
      ), said AS (
        SELECT pg_logical_emit_message(true, :prefix, json_build_object('kind', 'RECORD', 'entries',
          json_agg(json_build_array(c.order_id::text, c.attempt, c.transition, c.outcome, m.order_id IS NOT NULL, c.run_id)))::text)
        FROM closed c LEFT JOIN moved m ON m.order_id = c.order_id HAVING count(*) > 0
      )
      SELECT c.order_id::text AS order_id, c.attempt, c.transition, c.run_id, NULL AS instead,
        (SELECT count(*) FROM said) AS said
      FROM closed c
      UNION ALL
      SELECT l.order_id::text, l.attempt, 0, 0, l.kind, 0 FROM late l
      UNION ALL
      SELECT b.id::text, 0, 0, 0, 'busy', 0 FROM busy b
      """
          .replace("{busy rows}", BusyRows.OF_HELD);

  private final Jdbi jdbi;
  private final String sql;
  private final String prefix;

  /** Records on orders of {@code table}; {@code prefix} is that of the logical messages. */
  public Records(Jdbi jdbi, OrdersTable table, String prefix) {
    this.jdbi = jdbi;
    this.sql = table.sql(RECORD);
    this.prefix = prefix;
  }

  /**
   * Records {@code results} on behalf of {@code worker}. Where it throws, all or nothing of them
   * may have been recorded; to do so again is harmless.
   */
  public Recording record(String worker, List<AttemptResult> results) {
    List<Recorded> recorded = new ArrayList<>();
    Set<String> busy = new HashSet<>();
    jdbi.useHandle(
        handle ->
            bind(handle.createQuery(sql), results)
                .bind("worker", worker)
                .bind("prefix", prefix)
                .map((row, context) -> Told.of(row))
                .forEach(each -> each.sortInto(recorded, busy)));
    return new Recording(recorded, busy);
  }

  /** A row of the answer: what was recorded, or what there is {@code instead}. */
  private record Told(Recorded recorded, @Nullable String instead) {
    private static Told of(ResultSet row) throws SQLException {
      return new Told(
          new Recorded(
              row.getString("order_id"),
              row.getInt("attempt"),
              row.getInt("transition"),
              row.getLong("run_id")),
          row.getString("instead"));
    }

    private void sortInto(List<Recorded> done, Set<String> busy) {
      if (instead == null) {
        done.add(recorded);
      } else if (instead.equals("busy")) {
        busy.add(recorded.orderId());
      } else if (instead.equals("contradiction")) {
        log.error(
            "The API gave two different results, both are kept orderId={} attempt={}",
            recorded.orderId(),
            recorded.attempt());
      } else {
        log.info(
            "An answer came late and is kept as evidence orderId={} attempt={}",
            recorded.orderId(),
            recorded.attempt());
      }
    }
  }

  private static Query bind(Query query, List<AttemptResult> results) {
    return query
        .bindArray("ids", String.class, column(results, AttemptResult::orderId))
        .bindArray("attempts", Integer.class, column(results, AttemptResult::attempt))
        .bindArray("tokens", java.util.UUID.class, column(results, AttemptResult::token))
        .bindArray("outcomes", String.class, column(results, result -> result.outcome().name()))
        .bindArray("calls", Integer.class, column(results, AttemptResult::calls))
        .bindArray("http", Integer.class, column(results, result -> result.answer().httpStatus()))
        .bindArray("reasons", String.class, column(results, result -> result.answer().reason()))
        .bindArray(
            "references", String.class, column(results, result -> result.answer().reference()))
        .bindArray(
            "fields",
            String.class,
            column(results, result -> Fields.write(result.answer().fields())))
        .bindArray(
            "waits",
            Double.class,
            column(results, result -> result.retryAfter().toMillis() / 1000.0));
  }

  private static Object[] column(List<AttemptResult> results, Function<AttemptResult, ?> value) {
    Object[] column = new Object[results.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = value.apply(results.get(i));
    }
    return column;
  }
}
