package io.duly.orders;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;

/**
 * Gives a database back the results that it forgot: each that stands in the result topic and has no
 * attempt of that token, or only a doubt or an open one. A worker tells a result after its record
 * is committed, so a result that is told and not there was forgotten. What is restored leaves
 * evidence; what the database remembers is left alone, and so are attempts purged after their run
 * had ended. Thread-safe.
 */
public final class Restoration {
  private static final String RESTORE =
      """
      WITH given AS MATERIALIZED (
        SELECT g.id::{id_type} AS id, g.attempt, g.transition, g.token, g.outcome, g.run_id, g.http, g.reason, g.reference, g.fields,
          CASE g.outcome WHEN 'COMPLETED' THEN {COMPLETED} WHEN 'FAILED' THEN {FAILED} ELSE {IN_DOUBT} END AS status
        FROM unnest(:ids::text[], :attempts::int[], :transitions::int[], :tokens::uuid[], :outcomes::text[], :runs::bigint[],
          :http::int[], :reasons::text[], :references::text[], :fields::jsonb[])
          AS g(id, attempt, transition, token, outcome, run_id, http, reason, reference, fields)
      ), forgotten AS MATERIALIZED (
        SELECT g.*, a.attempt AS known, a.outcome AS before, a.transition AS seen
        FROM given g LEFT JOIN duly.attempt a ON a.order_id = g.id AND a.token = g.token
        WHERE CASE WHEN a.token IS NULL
            THEN NOT EXISTS (SELECT FROM duly.run r WHERE r.id = g.run_id AND r.state = 'CLOSED')
              AND NOT EXISTS (SELECT FROM duly.purged p WHERE p.order_id = g.id AND p.last_attempt >= g.attempt)
          ELSE a.transition < g.transition
            OR (a.transition = g.transition AND a.outcome = 'IN_DOUBT' AND g.outcome <> 'IN_DOUBT') END
      ), updated AS (
        UPDATE duly.attempt a SET outcome = f.outcome, http_status = f.http, reason = f.reason, reference = f.reference,
          fields = f.fields, finished_at = clock_timestamp(), transition = greatest(f.transition, a.transition + 1),
          witness = CASE WHEN f.transition > a.transition THEN 2 ELSE 0 END
        FROM forgotten f
        WHERE a.order_id = f.id AND a.attempt = f.known AND a.transition = f.seen
          AND (a.finished_at IS NULL OR a.outcome IS NOT DISTINCT FROM f.before)
        RETURNING a.order_id, a.attempt, a.token, a.transition
      ), inserted AS (
        INSERT INTO duly.attempt (order_id, attempt, token, run_id, worker_id, generation, source_partition, source_offset,
          claimed_at, finished_at, outcome, calls, http_status, reason, reference, fields, transition, witness)
        SELECT f.id, CASE WHEN EXISTS (SELECT FROM duly.attempt a WHERE a.order_id = f.id AND a.attempt = f.attempt)
            THEN (SELECT max(a.attempt) + 1 FROM duly.attempt a WHERE a.order_id = f.id) ELSE f.attempt END,
          f.token, f.run_id, :reconciler,
          (SELECT coalesce(max(d.generation), 0) FROM duly.decision d WHERE d.order_id = f.id AND d.decided = 'RETRY'),
          -1, -1, clock_timestamp(), clock_timestamp(), f.outcome, 1, f.http, f.reason, f.reference, f.fields, f.transition, 2
        FROM forgotten f WHERE f.known IS NULL
        RETURNING order_id, attempt, token, transition
      ), restored AS (
        SELECT r.*, f.run_id, f.outcome, f.status, coalesce(f.before, '') = 'IN_DOUBT' AS settles
        FROM (SELECT * FROM updated UNION ALL SELECT * FROM inserted) r
        JOIN forgotten f ON f.id = r.order_id AND f.token = r.token
      ), moved AS (
        UPDATE {orders} o SET {status} = r.status
        FROM restored r
        WHERE o.{id} = r.order_id AND o.{status} IN ({PENDING}, {PROCESSING}, {IN_DOUBT})
          AND NOT EXISTS (
            SELECT FROM duly.attempt a WHERE a.order_id = r.order_id AND a.finished_at IS NULL AND a.token <> r.token)
        RETURNING r.order_id
      ), unretried AS (
        DELETE FROM duly.retry t USING moved m WHERE t.order_id = m.order_id
      ), counted AS (
        INSERT INTO duly.run_counter AS c (run_id, worker_id, completed, failed, in_doubt, settled)
        SELECT run_id, :reconciler, count(*) FILTER (WHERE outcome = 'COMPLETED'), count(*) FILTER (WHERE outcome = 'FAILED'),
          count(*) FILTER (WHERE outcome = 'IN_DOUBT'), count(*) FILTER (WHERE settles)
        FROM restored GROUP BY run_id
        ON CONFLICT (run_id, worker_id) DO UPDATE SET completed = c.completed + excluded.completed,
          failed = c.failed + excluded.failed, in_doubt = c.in_doubt + excluded.in_doubt,
          settled = c.settled + excluded.settled
      ), kept AS (
        INSERT INTO duly.evidence (order_id, attempt, token, kind, detail)
        SELECT order_id, attempt, token, 'restored', concat('the database forgot this result, the topic had it: ', outcome)
        FROM restored
      ), said AS (
        SELECT pg_logical_emit_message(true, :prefix, json_build_object('kind', 'RECORD', 'entries',
          json_agg(json_build_array(r.order_id::text, r.attempt, r.transition, r.outcome, m.order_id IS NOT NULL, r.run_id)))::text)
        FROM restored r LEFT JOIN moved m ON m.order_id = r.order_id HAVING count(*) > 0
      )
      SELECT r.order_id::text, (SELECT count(*) FROM said) FROM restored r
      """;

  private final Jdbi jdbi;
  private final String prefix;
  private final IdType idType;
  private final String sql;

  /** {@code prefix} is that of the logical messages. */
  public Restoration(Jdbi jdbi, OrdersTable table, String prefix) {
    this.jdbi = jdbi;
    this.prefix = prefix;
    this.idType = table.idType();
    this.sql = table.sql(RESTORE);
  }

  /**
   * Restores on behalf of {@code reconciler} what of {@code told} the database does not know;
   * returns the order ids. Events without a token, and those that no attempt can have, are left
   * out.
   */
  public List<String> restore(String reconciler, Collection<ResultEvent> told) {
    List<ResultEvent> last = last(told);
    if (last.isEmpty()) {
      return List.of();
    }
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(sql)
                .bindArray("ids", String.class, column(last, ResultEvent::orderId))
                .bindArray("attempts", Integer.class, column(last, ResultEvent::attempt))
                .bindArray("transitions", Integer.class, column(last, ResultEvent::transition))
                .bindArray("tokens", UUID.class, column(last, ResultEvent::token))
                .bindArray("outcomes", String.class, column(last, each -> each.outcome().name()))
                .bindArray("runs", Long.class, column(last, ResultEvent::runId))
                .bindArray("http", Integer.class, column(last, ResultEvent::httpStatus))
                .bindArray("reasons", String.class, column(last, ResultEvent::reason))
                .bindArray("references", String.class, column(last, ResultEvent::reference))
                .bindArray(
                    "fields", String.class, column(last, each -> Fields.write(each.fields())))
                .bind("reconciler", reconciler)
                .bind("prefix", prefix)
                .mapTo(String.class)
                .list());
  }

  /** The last event of each attempt. */
  private List<ResultEvent> last(Collection<ResultEvent> told) {
    Map<String, ResultEvent> last = new LinkedHashMap<>();
    for (ResultEvent each : told) {
      if (each.token() != null && each.outcome().isResult() && each.isPossible(idType)) {
        last.merge(
            each.orderId() + '/' + each.token(),
            each,
            (a, b) -> b.transition() >= a.transition() ? b : a);
      }
    }
    return List.copyOf(last.values());
  }

  private static Object[] column(List<ResultEvent> events, Function<ResultEvent, ?> value) {
    Object[] column = new Object[events.size()];
    for (int i = 0; i < column.length; i++) {
      column[i] = value.apply(events.get(i));
    }
    return column;
  }
}
