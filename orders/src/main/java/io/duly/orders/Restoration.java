package io.duly.orders;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a database back the results that it forgot: each that stands in the result topic and has no
 * attempt of that token, or only a doubt or an open one. A worker tells a result after its record
 * is committed, so a result that is told and not there was forgotten. What is restored leaves
 * evidence, and by the moves that are legal takes its status; what the database remembers is left
 * alone, and so are attempts purged after their run had ended. Thread-safe.
 */
public final class Restoration {
  private static final Logger log = LoggerFactory.getLogger(Restoration.class);
  private static final String RESTORE =
      """
      WITH given AS MATERIALIZED (
        SELECT g.id::{id_type} AS id, g.attempt, g.transition, g.token, g.outcome, g.run_id, g.http, g.reason, g.reference, g.fields
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
      ), held AS MATERIALIZED (
        SELECT DISTINCT id FROM forgotten
      ), {busy rows}, updated AS (
        UPDATE duly.attempt a SET outcome = f.outcome, http_status = f.http, reason = f.reason, reference = f.reference,
          fields = f.fields, finished_at = clock_timestamp(), transition = greatest(f.transition, a.transition + 1),
          witness = CASE WHEN f.transition > a.transition THEN 2 ELSE 0 END
        FROM forgotten f
        WHERE a.order_id = f.id AND a.attempt = f.known AND a.transition = f.seen
          AND (a.finished_at IS NULL OR a.outcome IS NOT DISTINCT FROM f.before)
          AND f.id NOT IN (SELECT b.id FROM busy b)
        RETURNING a.order_id, a.attempt, a.token, a.transition
      ), inserted AS (
        INSERT INTO duly.attempt (order_id, attempt, token, run_id, worker_id, generation, source_partition, source_offset,
          claimed_at, finished_at, outcome, calls, http_status, reason, reference, fields, transition, witness)
        SELECT f.id, CASE WHEN EXISTS (SELECT FROM duly.attempt a WHERE a.order_id = f.id AND a.attempt = f.attempt)
            THEN (SELECT max(a.attempt) + 1 FROM duly.attempt a WHERE a.order_id = f.id) ELSE f.attempt END,
          f.token, f.run_id, :reconciler,
          (SELECT coalesce(max(d.generation), 0) FROM duly.decision d WHERE d.order_id = f.id AND d.decided = 'RETRY'),
          -1, -1, clock_timestamp(), clock_timestamp(), f.outcome, 1, f.http, f.reason, f.reference, f.fields, f.transition, 2
        FROM forgotten f WHERE f.known IS NULL AND f.id NOT IN (SELECT b.id FROM busy b)
        RETURNING order_id, attempt, token, transition
      ), restored AS (
        SELECT r.*, f.run_id, f.outcome, coalesce(f.before, '') = 'IN_DOUBT' AS settles
        FROM (SELECT * FROM updated UNION ALL SELECT * FROM inserted) r
        JOIN forgotten f ON f.id = r.order_id AND f.token = r.token
      ), begun AS (
        UPDATE {orders} o SET {status} = {PROCESSING}
        FROM restored r
        WHERE :refused::text IS NULL AND o.{id} = r.order_id AND o.{status} = {PENDING}
          AND NOT EXISTS (
            SELECT FROM duly.attempt a WHERE a.order_id = r.order_id AND a.finished_at IS NULL AND a.token <> r.token)
      ), unretried AS (
        DELETE FROM duly.retry t USING restored r WHERE t.order_id = r.order_id
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
        UNION ALL SELECT order_id, attempt, token, 'status refused', concat('the table refuses ', outcome, ': ', :refused::text)
        FROM restored WHERE :refused::text IS NOT NULL
      )
      SELECT order_id::text AS order_id, attempt FROM restored
      UNION ALL
      SELECT b.id::text, 0 FROM busy b
      """
          .replace("{busy rows}", BusyRows.OF_HELD);

  /**
   * From where the owner's table lets an order come to a result, and what the log is told of it.
   */
  private static final String END =
      """
      WITH restored AS MATERIALIZED (
        SELECT a.order_id, a.attempt, a.transition, a.outcome, a.run_id,
          CASE a.outcome WHEN 'COMPLETED' THEN {COMPLETED} WHEN 'FAILED' THEN {FAILED} ELSE {IN_DOUBT} END AS status
        FROM unnest(:ids::text[], :attempts::int[]) AS g(id, attempt)
        JOIN duly.attempt a ON a.order_id = g.id::{id_type} AND a.attempt = g.attempt
      ), moved AS (
        UPDATE {orders} o SET {status} = r.status
        FROM (SELECT DISTINCT ON (order_id) * FROM restored ORDER BY order_id, attempt DESC) r
        WHERE :refused::text IS NULL AND o.{id} = r.order_id AND o.{status} IN ({PROCESSING}, {IN_DOUBT}) AND o.{status} <> r.status
          AND NOT EXISTS (SELECT FROM duly.attempt a WHERE a.order_id = r.order_id AND a.finished_at IS NULL)
        RETURNING r.order_id, r.attempt
      ), said AS (
        SELECT pg_logical_emit_message(true, :prefix, json_build_object('kind', 'RECORD', 'entries',
          json_agg(json_build_array(r.order_id::text, r.attempt, r.transition, r.outcome, m.order_id IS NOT NULL, r.run_id)))::text)
        FROM restored r LEFT JOIN moved m ON m.order_id = r.order_id AND m.attempt = r.attempt HAVING count(*) > 0
      )
      SELECT count(*) FROM said
      """;

  /** An attempt that was given back, or an order that others have locked. */
  private record Restored(String orderId, int attempt) {
    boolean isBusy() {
      return attempt == 0;
    }
  }

  private final Jdbi jdbi;
  private final String prefix;
  private final IdType idType;
  private final String restoreSql;
  private final String endSql;

  /** {@code prefix} is that of the logical messages. */
  public Restoration(Jdbi jdbi, OrdersTable table, String prefix) {
    this.jdbi = jdbi;
    this.prefix = prefix;
    this.idType = table.idType();
    this.restoreSql = table.sql(RESTORE);
    this.endSql = table.sql(END);
  }

  /**
   * Restores on behalf of {@code reconciler} what of {@code told} the database does not know;
   * returns the order ids. Events without a token, and those that no attempt can have, are left
   * out.
   *
   * @throws IllegalStateException where others have locked some of the orders: all else is
   *     restored, and the events are to be given once more
   */
  public List<String> restore(String reconciler, Collection<ResultEvent> told) {
    List<ResultEvent> last = last(told);
    Set<String> busy = new HashSet<>();
    List<String> restored =
        last.isEmpty()
            ? List.of()
            : TableRefusal.moveOr(
                last,
                all -> restore(reconciler, all, null, busy),
                (one, reason) -> restoreAlone(reconciler, one, reason, busy));
    BusyRows.requireNone(busy);
    return restored;
  }

  private List<String> restoreAlone(
      String reconciler, ResultEvent one, String reason, Set<String> busy) {
    List<String> restored = restore(reconciler, List.of(one), reason, busy);
    restored.forEach(
        id ->
            log.error(
                "A result is restored and its status is not: see what the table refuses, then set it by hand orderId={} status={} reason={}",
                id,
                one.outcome(),
                reason));
    return restored;
  }

  private List<String> restore(
      String reconciler, List<ResultEvent> last, @Nullable String refused, Set<String> busy) {
    return jdbi.inTransaction(
        handle -> {
          Map<Boolean, List<Restored>> told =
              restore(handle, reconciler, last, refused).stream()
                  .collect(Collectors.partitioningBy(Restored::isBusy));
          told.getOrDefault(true, List.of()).forEach(each -> busy.add(each.orderId()));
          List<Restored> restored = told.getOrDefault(false, List.of());
          if (!restored.isEmpty()) {
            end(handle, restored, refused);
          }
          return restored.stream().map(Restored::orderId).toList();
        });
  }

  private List<Restored> restore(
      Handle handle, String reconciler, List<ResultEvent> last, @Nullable String refused) {
    return handle
        .createQuery(restoreSql)
        .bindArray("ids", String.class, column(last, ResultEvent::orderId))
        .bindArray("attempts", Integer.class, column(last, ResultEvent::attempt))
        .bindArray("transitions", Integer.class, column(last, ResultEvent::transition))
        .bindArray("tokens", UUID.class, column(last, ResultEvent::token))
        .bindArray("outcomes", String.class, column(last, each -> each.outcome().name()))
        .bindArray("runs", Long.class, column(last, ResultEvent::runId))
        .bindArray("http", Integer.class, column(last, ResultEvent::httpStatus))
        .bindArray("reasons", String.class, column(last, ResultEvent::reason))
        .bindArray("references", String.class, column(last, ResultEvent::reference))
        .bindArray("fields", String.class, column(last, each -> Fields.write(each.fields())))
        .bind("reconciler", reconciler)
        .bind("refused", refused)
        .map((row, context) -> new Restored(row.getString("order_id"), row.getInt("attempt")))
        .list();
  }

  private void end(Handle handle, List<Restored> restored, @Nullable String refused) {
    handle
        .createQuery(endSql)
        .bindArray("ids", String.class, restored.stream().map(Restored::orderId).toList())
        .bindArray("attempts", Integer.class, restored.stream().map(Restored::attempt).toList())
        .bind("refused", refused)
        .bind("prefix", prefix)
        .mapTo(Long.class)
        .one();
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
