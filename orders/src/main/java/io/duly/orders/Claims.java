package io.duly.orders;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Claims orders: PENDING becomes PROCESSING and a new attempt with a random token, many orders in
 * one statement and one commit. It is the last guard as well: an order that was or may have been
 * sent before is claimed only if the API honours the key and the key is still valid, or a person
 * decided so; what it refuses becomes IN_DOUBT. Thread-safe.
 */
public final class Claims {
  private static final String CLAIM =
      """
      WITH given AS MATERIALIZED (
        SELECT g.id::{id_type} AS id, g.token, g.run_id, g.part, g.pos
        FROM unnest(:ids::text[], :tokens::uuid[], :runs::bigint[], :partitions::int[], :offsets::bigint[])
          AS g(id, token, run_id, part, pos)
        JOIN duly.run r ON r.id = g.run_id AND r.state IN ('PUBLISHING', 'PUBLISHED') AND r.paused IS NULL
        WHERE EXISTS (SELECT FROM duly.incarnation i WHERE i.started_at = pg_postmaster_start_time())
      ), locked AS MATERIALIZED (
        SELECT o.{id} AS id, g.token, g.run_id, g.part, g.pos, {body} AS body
        FROM given g JOIN {orders} o ON o.{id} = g.id
        WHERE o.{status} = {PENDING}
        ORDER BY o.{id}
        FOR UPDATE OF o SKIP LOCKED
      ), hashed AS MATERIALIZED (
        SELECT l.*, substr(sha256(convert_to(:template || l.body, 'UTF8')), 1, 16) AS hash FROM locked l
      ), judged AS MATERIALIZED (
        SELECT l.*, greatest(h.last, p.last, 0) AS last, d.generation,
          CASE WHEN h.is_open THEN 'OPEN_ELSEWHERE'
               WHEN r.not_before > clock_timestamp() THEN 'RETRY_NOT_DUE'
               WHEN h.counted >= :maxAttempts THEN 'attempts exhausted'
               WHEN h.answered THEN 'answered since the decision to send it again'
               WHEN p.generation >= d.generation THEN 'its attempts were purged'
               WHEN h.first_sent IS NULL THEN 'CLAIM'
               WHEN :contract <> 'IDEMPOTENT' THEN 'sent before, and a second call is not allowed'
               WHEN h.first_sent < clock_timestamp() - make_interval(secs => :keyValid) THEN 'idempotency key expired'
               WHEN h.first_sent < clock_timestamp() - make_interval(secs => :maxAge) THEN 'too old to be sent again'
               WHEN h.first_hash <> l.hash THEN 'the request has changed since the first call'
               ELSE 'CLAIM' END AS verdict
        FROM hashed l
        LEFT JOIN duly.retry r ON r.order_id = l.id
        CROSS JOIN LATERAL (
          SELECT coalesce(max(d.generation), 0) AS generation, max(d.at) AS decided_at
          FROM duly.decision d WHERE d.order_id = l.id AND d.decided = 'RETRY') d
        CROSS JOIN LATERAL (  -- aggregates, so that no plan reads the whole table
          SELECT max(p.last_attempt) AS last, max(p.generation) AS generation
          FROM duly.purged p WHERE p.order_id = l.id) p
        CROSS JOIN LATERAL (
          SELECT max(a.attempt) AS last,
            count(*) FILTER (WHERE a.generation = d.generation
              AND a.claimed_at > coalesce(d.decided_at, '-infinity')
              AND coalesce(a.outcome, '') NOT IN ('NOT_EXECUTED', 'RELEASED')) AS counted,
            coalesce(bool_or(a.finished_at IS NULL), false) AS is_open,
            coalesce(bool_or(a.outcome IN ('COMPLETED', 'FAILED') AND a.finished_at > d.decided_at), false) AS answered,
            (array_agg(a.request_hash ORDER BY a.attempt) FILTER (WHERE a.generation = d.generation
              AND coalesce(a.outcome, '') NOT IN ('NOT_EXECUTED', 'TURNED_AWAY', 'RELEASED')))[1] AS first_hash,
            min(a.claimed_at) FILTER (WHERE a.generation = d.generation
              AND coalesce(a.outcome, '') NOT IN ('NOT_EXECUTED', 'TURNED_AWAY', 'RELEASED')) AS first_sent
          FROM duly.attempt a WHERE a.order_id = l.id) h
      ), taken AS (
        UPDATE {orders} o SET {status} = CASE j.verdict WHEN 'CLAIM' THEN {PROCESSING} ELSE {IN_DOUBT} END
        FROM judged j WHERE o.{id} = j.id AND j.verdict NOT IN ('OPEN_ELSEWHERE', 'RETRY_NOT_DUE')
        RETURNING j.id, j.token, j.run_id, j.part, j.pos, j.last, j.generation, j.verdict, j.body, j.hash
      ), opened AS (
        INSERT INTO duly.attempt (order_id, attempt, token, run_id, worker_id, generation, source_partition,
          source_offset, claimed_at, finished_at, outcome, reason, transition, request_hash)
        SELECT t.id, t.last + 1, t.token, t.run_id, :worker, t.generation, t.part, t.pos, clock_timestamp(),
          CASE WHEN t.verdict <> 'CLAIM' THEN clock_timestamp() END,
          CASE WHEN t.verdict <> 'CLAIM' THEN 'IN_DOUBT' END,
          CASE WHEN t.verdict <> 'CLAIM' THEN t.verdict END,
          CASE WHEN t.verdict <> 'CLAIM' THEN 1 ELSE 0 END, t.hash
        FROM taken t
        RETURNING order_id, attempt, token, outcome, transition, run_id
      ), unretried AS (
        DELETE FROM duly.retry r USING taken t WHERE r.order_id = t.id
      ), counted AS (
        INSERT INTO duly.run_counter AS c (run_id, worker_id, in_doubt)
        SELECT run_id, :worker, count(*) FROM opened WHERE outcome = 'IN_DOUBT' GROUP BY run_id
        ON CONFLICT (run_id, worker_id) DO UPDATE SET in_doubt = c.in_doubt + excluded.in_doubt
      ), said AS (
        SELECT pg_logical_emit_message(true, :prefix, json_build_object('kind', 'CLAIM', 'entries',
          json_agg(json_build_array(order_id::text, attempt, transition, outcome, true, run_id)))::text) AS lsn
        FROM opened HAVING count(*) > 0
      )
      SELECT j.id::text AS id, j.verdict, j.generation, a.attempt, a.token, t.body, (SELECT lsn::text FROM said) AS lsn,
        pg_postmaster_start_time() AS server
      FROM judged j LEFT JOIN opened a ON a.order_id = j.id LEFT JOIN taken t ON t.id = j.id
      """;

  private static final String UNCLEAR =
      """
      SELECT a.order_id::text AS id, a.attempt, a.token
      FROM unnest(:ids::text[], :tokens::uuid[]) AS g(id, token)
      JOIN duly.attempt a ON a.order_id = g.id::{id_type} AND a.token = g.token AND a.finished_at IS NULL
      """;

  /** A row of the claim's answer; attempt, token and body only where one was opened. */
  private record Judged(
      String id,
      String verdict,
      int generation,
      int attempt,
      @Nullable UUID token,
      @Nullable String body,
      @Nullable String lsn,
      OffsetDateTime server) {}

  private final Jdbi jdbi;
  private final Refusals refusals;
  private final ClaimTerms terms;
  private final String prefix;
  private final String claimSql;
  private final String unclearSql;

  /** Claims orders of {@code table}; {@code prefix} is that of the logical messages. */
  public Claims(Jdbi jdbi, OrdersTable table, ClaimTerms terms, String prefix) {
    this.jdbi = jdbi;
    this.refusals = new Refusals(jdbi, table);
    this.terms = terms;
    this.prefix = prefix;
    this.claimSql = table.sql(CLAIM);
    this.unclearSql = table.sql(UNCLEAR);
  }

  /**
   * Claims for {@code worker} what can be claimed of {@code given}, each under the token given with
   * it, and tells of each other why not. Where it throws, the claims may have been made all the
   * same: see {@link #unclear}.
   */
  public ClaimedBatch claim(String worker, Map<DueOrder, UUID> given) {
    Map<DueOrder, Refusal> refused = new HashMap<>();
    Map<String, DueOrder> open = new HashMap<>();
    for (DueOrder due : given.keySet()) {
      if (open.putIfAbsent(due.orderId(), due) != null) {
        refused.put(due, Refusal.REPEATED);
      }
    }
    List<Claim> claims = new ArrayList<>();
    ServerPoint point = null;
    for (Judged each : judge(worker, List.copyOf(open.values()), given)) {
      DueOrder due = Objects.requireNonNull(open.remove(each.id()));
      if (each.verdict().equals("CLAIM")) {
        claims.add(claim(due, each));
        point = new ServerPoint(each.server(), Objects.requireNonNull(each.lsn()));
      } else {
        refused.put(due, refusal(each.verdict()));
      }
    }
    if (!open.isEmpty()) {
      refusals.explain(open, refused);
    }
    return new ClaimedBatch(claims, refused, point);
  }

  private static Claim claim(DueOrder due, Judged judged) {
    return new Claim(
        due,
        judged.attempt(),
        Objects.requireNonNull(judged.token()),
        judged.generation(),
        Objects.requireNonNull(judged.body()));
  }

  private static Refusal refusal(String verdict) {
    return switch (verdict) {
      case "OPEN_ELSEWHERE", "RETRY_NOT_DUE" -> Refusal.valueOf(verdict);
      default -> Refusal.GUARDED;
    };
  }

  private List<Judged> judge(String worker, List<DueOrder> due, Map<DueOrder, UUID> tokens) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(claimSql)
                .bindArray("ids", String.class, due.stream().map(DueOrder::orderId).toList())
                .bindArray("tokens", UUID.class, due.stream().map(tokens::get).toList())
                .bindArray("runs", Long.class, due.stream().map(DueOrder::runId).toList())
                .bindArray(
                    "partitions", Integer.class, due.stream().map(DueOrder::partition).toList())
                .bindArray("offsets", Long.class, due.stream().map(DueOrder::offset).toList())
                .bind("worker", worker)
                .bind("prefix", prefix)
                .bind("contract", terms.contract().name())
                .bind("keyValid", (double) terms.keyValid().toSeconds())
                .bind("maxAttempts", terms.maxAttempts())
                .bind("maxAge", (double) terms.maxAge().toSeconds())
                .bind("template", terms.template())
                .map(
                    (row, context) ->
                        new Judged(
                            row.getString("id"),
                            row.getString("verdict"),
                            row.getInt("generation"),
                            row.getInt("attempt"),
                            row.getObject("token", UUID.class),
                            row.getString("body"),
                            row.getString("lsn"),
                            row.getObject("server", OffsetDateTime.class)))
                .list());
  }

  /**
   * After a claim whose outcome is unknown: what it did claim, as results that give the orders back
   * unsent.
   */
  public List<AttemptResult> unclear(Map<DueOrder, UUID> given) {
    List<DueOrder> due = List.copyOf(given.keySet());
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(unclearSql)
                .bindArray("ids", String.class, due.stream().map(DueOrder::orderId).toList())
                .bindArray("tokens", UUID.class, due.stream().map(given::get).toList())
                .map(
                    (row, context) ->
                        AttemptResult.released(
                            row.getString("id"),
                            row.getInt("attempt"),
                            row.getObject("token", UUID.class)))
                .list());
  }
}
