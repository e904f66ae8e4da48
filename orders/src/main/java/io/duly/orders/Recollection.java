package io.duly.orders;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reminds the database of claims that it forgot: each that was announced in Kafka and has no
 * attempt becomes an attempt in doubt, because its order may have been sent. What the database
 * remembers, or remembers to have purged, is left alone. Thread-safe.
 */
public final class Recollection {
  private static final Logger log = LoggerFactory.getLogger(Recollection.class);
  private static final String RECALL =
      """
      WITH given AS MATERIALIZED (
        SELECT g.id::{id_type} AS id, g.attempt, g.token, g.run_id, g.generation, g.part, g.pos
        FROM unnest(:ids::text[], :attempts::int[], :tokens::uuid[], :runs::bigint[], :generations::int[],
          :partitions::int[], :offsets::bigint[]) AS g(id, attempt, token, run_id, generation, part, pos)
        WHERE NOT EXISTS (
          SELECT FROM duly.attempt a WHERE a.order_id = g.id::{id_type} AND a.token = g.token)
          AND NOT EXISTS (
          SELECT FROM duly.purged p WHERE p.order_id = g.id::{id_type} AND p.last_attempt >= g.attempt)
      ), held AS MATERIALIZED (
        SELECT DISTINCT id FROM given
      ), {busy rows}, recalled AS (
        INSERT INTO duly.attempt (order_id, attempt, token, run_id, worker_id, generation, source_partition,
          source_offset, claimed_at, finished_at, outcome, reason, transition)
        SELECT g.id, CASE WHEN EXISTS (SELECT FROM duly.attempt a WHERE a.order_id = g.id AND a.attempt = g.attempt)
            THEN (SELECT max(a.attempt) + 1 FROM duly.attempt a WHERE a.order_id = g.id) ELSE g.attempt END,
          g.token, g.run_id, :worker, g.generation, g.part, g.pos, clock_timestamp(), clock_timestamp(), 'IN_DOUBT',
          'the database forgot this claim', 1
        FROM given g WHERE g.id NOT IN (SELECT b.id FROM busy b)
        RETURNING order_id, attempt, token, run_id, outcome, transition
      ), moved AS (
        UPDATE {orders} o SET {status} = {IN_DOUBT}
        FROM (SELECT DISTINCT order_id FROM recalled) r
        WHERE :refused::text IS NULL AND o.{id} = r.order_id AND o.{status} IN ({PENDING}, {PROCESSING})
        RETURNING r.order_id
      ), unretried AS (
        DELETE FROM duly.retry t USING recalled r WHERE t.order_id = r.order_id
      ), counted AS (
        INSERT INTO duly.run_counter AS c (run_id, worker_id, in_doubt)
        SELECT run_id, :worker, count(*) FROM recalled GROUP BY run_id
        ON CONFLICT (run_id, worker_id) DO UPDATE SET in_doubt = c.in_doubt + excluded.in_doubt
      ), kept AS (
        INSERT INTO duly.evidence (order_id, attempt, token, kind, detail)
        SELECT order_id, attempt, token, 'status refused', concat('the table refuses ', outcome, ': ', :refused::text)
        FROM recalled WHERE :refused::text IS NOT NULL
      ), said AS (
        SELECT pg_logical_emit_message(true, :prefix, json_build_object('kind', 'RECORD', 'entries',
          json_agg(json_build_array(r.order_id::text, r.attempt, r.transition, r.outcome, m.order_id IS NOT NULL, r.run_id)))::text)
        FROM recalled r LEFT JOIN moved m ON m.order_id = r.order_id HAVING count(*) > 0
      )
      SELECT r.order_id::text AS id, false AS is_busy, (SELECT count(*) FROM said) FROM recalled r
      UNION ALL
      SELECT b.id::text, true, 0 FROM busy b
      """
          .replace("{busy rows}", BusyRows.OF_HELD);

  /** An order whose claim was recalled, or that others have locked. */
  private record Recalled(String orderId, boolean isBusy) {}

  private final Jdbi jdbi;
  private final String prefix;
  private final IdType idType;
  private final String sql;

  /** {@code prefix} is that of the logical messages. */
  public Recollection(Jdbi jdbi, OrdersTable table, String prefix) {
    this.jdbi = jdbi;
    this.prefix = prefix;
    this.idType = table.idType();
    this.sql = table.sql(RECALL);
  }

  /**
   * Recalls what of {@code intent} the database does not know; returns how many claims. Those of
   * ids that no order can have are left out.
   *
   * @throws IllegalStateException where others have locked some of the orders: all else is
   *     recalled, and the intent is to be given once more
   */
  public int recall(Intent intent) {
    List<Intent.Entry> claims =
        intent.claims().stream().filter(each -> idType.isValid(each.orderId())).toList();
    Set<String> busy = new HashSet<>();
    List<String> recalled =
        TableRefusal.moveOr(
            claims,
            all -> recall(intent.worker(), all, null, busy),
            (one, reason) -> recallAlone(intent.worker(), one, reason, busy));
    BusyRows.requireNone(busy);
    return recalled.size();
  }

  private List<String> recallAlone(
      String worker, Intent.Entry one, String reason, Set<String> busy) {
    List<String> recalled = recall(worker, List.of(one), reason, busy);
    recalled.forEach(
        id ->
            log.error(
                "A claim is recalled in doubt and its status is not: see what the table refuses, then set it by hand orderId={} reason={}",
                id,
                reason));
    return recalled;
  }

  private List<String> recall(
      String worker, List<Intent.Entry> claims, @Nullable String refused, Set<String> busy) {
    List<Recalled> rows =
        jdbi.withHandle(
            handle ->
                bound(handle, claims)
                    .bind("worker", worker)
                    .bind("refused", refused)
                    .bind("prefix", prefix)
                    .map(
                        (row, context) ->
                            new Recalled(row.getString("id"), row.getBoolean("is_busy")))
                    .list());
    rows.stream().filter(Recalled::isBusy).forEach(each -> busy.add(each.orderId()));
    return rows.stream().filter(each -> !each.isBusy()).map(Recalled::orderId).toList();
  }

  private Query bound(Handle handle, List<Intent.Entry> claims) {
    return handle
        .createQuery(sql)
        .bindArray("ids", String.class, column(claims, Intent.Entry::orderId))
        .bindArray("attempts", Integer.class, column(claims, Intent.Entry::attempt))
        .bindArray("tokens", UUID.class, column(claims, Intent.Entry::token))
        .bindArray("runs", Long.class, column(claims, Intent.Entry::runId))
        .bindArray("generations", Integer.class, column(claims, Intent.Entry::generation))
        .bindArray("partitions", Integer.class, column(claims, Intent.Entry::partition))
        .bindArray("offsets", Long.class, column(claims, Intent.Entry::offset));
  }

  private static List<?> column(List<Intent.Entry> claims, Function<Intent.Entry, ?> value) {
    return claims.stream().map(value).toList();
  }
}
