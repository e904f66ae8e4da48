package io.duly.orders;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The attempts that are in doubt and whose order is not sent again by decision. Thread-safe. */
public final class Doubts {
  /**
   * An order's doubts come together, once all of them are quiet: they share a key, and one left in
   * doubt bars the order from being claimed after the other was put back. What bars it otherwise is
   * what the claim looks at.
   */
  private static final String QUIET =
      """
      WITH page AS MATERIALIZED (
        SELECT a.order_id, a.attempt, a.token, a.generation, a.calls
        FROM duly.attempt a
        WHERE a.outcome = 'IN_DOUBT' %s
          AND NOT {sent_again}
          AND NOT EXISTS (
            SELECT FROM duly.attempt b
            WHERE b.order_id = a.order_id AND b.outcome = 'IN_DOUBT' AND b.claimed_at >= clock_timestamp() - make_interval(secs => :quiet))
        ORDER BY a.order_id FETCH FIRST :limit ROWS WITH TIES
      )
      SELECT p.order_id::text AS order_id, p.attempt, p.token, p.generation, p.calls,
        CASE WHEN g.generation >= d.generation THEN 'its attempts were purged'
          WHEN h.answered THEN 'answered since the decision to send it again'
          WHEN h.sent THEN 'another attempt was or may have been sent'
          WHEN h.exhausted THEN 'attempts exhausted' END AS barred
      FROM page p
      CROSS JOIN LATERAL (
        SELECT coalesce(max(d.generation), 0) AS generation, coalesce(max(d.at), '-infinity') AS decided_at
        FROM duly.decision d WHERE d.order_id = p.order_id AND d.decided = 'RETRY') d
      CROSS JOIN LATERAL (SELECT max(g.generation) AS generation FROM duly.purged g WHERE g.order_id = p.order_id) g
      CROSS JOIN LATERAL (
        SELECT bool_or(b.outcome IN ('COMPLETED', 'FAILED') AND d.decided_at > '-infinity' AND b.finished_at > d.decided_at) AS answered,
          bool_or(b.generation = d.generation AND coalesce(b.outcome, '') NOT IN ('NOT_EXECUTED', 'TURNED_AWAY', 'RELEASED')
            AND NOT (b.outcome IS NOT DISTINCT FROM 'IN_DOUBT' AND b.finished_at >= d.decided_at)) AS sent,
          bool_or(b.outcome = 'IN_DOUBT' AND b.reason = 'attempts exhausted' AND b.finished_at >= d.decided_at) AS exhausted
        FROM duly.attempt b WHERE b.order_id = p.order_id) h
      ORDER BY p.order_id, p.attempt
      """;

  private static final String AFTER = "AND a.order_id > :after::{id_type}";

  private static final String FRESH =
      """
      SELECT EXISTS (SELECT FROM duly.attempt a WHERE a.outcome = 'IN_DOUBT' AND a.run_id = :run
        AND a.finished_at > clock_timestamp() - make_interval(secs => :age))
      """;

  private static final String BARRED =
      """
      INSERT INTO duly.evidence (order_id, attempt, token, kind, detail)
      SELECT g.id::{id_type}, g.attempt, g.token, 'not put back',
        concat('not executed by lookup, and a claim would refuse it: ', g.why)
      FROM unnest(:ids::text[], :attempts::int[], :tokens::uuid[], :whys::text[]) AS g(id, attempt, token, why)
      WHERE NOT EXISTS (
        SELECT FROM duly.evidence e
        WHERE e.order_id = g.id::{id_type} AND e.attempt = g.attempt AND e.kind = 'not put back')
      RETURNING order_id::text
      """;

  /**
   * One attempt in doubt.
   *
   * @param barred why a claim would refuse the order even if this attempt was not executed; null
   *     where it would not
   */
  public record Doubt(
      String orderId,
      int attempt,
      UUID token,
      int generation,
      int calls,
      @Nullable String barred) {}

  private final Jdbi jdbi;
  private final String firstSql;
  private final String nextSql;
  private final String barredSql;

  public Doubts(Jdbi jdbi, OrdersTable table) {
    this.jdbi = jdbi;
    this.firstSql = table.sql(QUIET.formatted(""));
    this.nextSql = table.sql(QUIET.formatted(AFTER));
    this.barredSql = table.sql(BARRED);
  }

  /**
   * Some {@code limit} doubts of orders whose doubts were all claimed more than {@code quiet} ago,
   * by order id, after {@code after} (null: from the first); those of one order together.
   */
  public List<Doubt> quiet(@Nullable String after, Duration quiet, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(after == null ? firstSql : nextSql)
                .bindMap(after == null ? Map.of() : Map.of("after", after))
                .bind("quiet", quiet.toMillis() / 1000.0)
                .bind("limit", limit)
                .map(
                    (row, context) ->
                        new Doubt(
                            row.getString("order_id"),
                            row.getInt("attempt"),
                            row.getObject("token", UUID.class),
                            row.getInt("generation"),
                            row.getInt("calls"),
                            row.getString("barred")))
                .list());
  }

  /**
   * Keeps as evidence, once, that {@code barred} were not executed and stay in doubt all the same;
   * returns the orders of which that was not known.
   */
  public List<String> keep(List<Doubt> barred) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(barredSql)
                .bindArray("ids", String.class, barred.stream().map(Doubt::orderId).toList())
                .bindArray("attempts", Integer.class, barred.stream().map(Doubt::attempt).toList())
                .bindArray("tokens", UUID.class, barred.stream().map(Doubt::token).toList())
                .bindArray("whys", String.class, barred.stream().map(Doubt::barred).toList())
                .mapTo(String.class)
                .list());
  }

  /** Whether the run has a doubt that came up less than {@code age} ago. */
  public boolean hasFresh(long runId, Duration age) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(FRESH)
                .bind("run", runId)
                .bind("age", age.toMillis() / 1000.0)
                .mapTo(Boolean.class)
                .one());
  }
}
