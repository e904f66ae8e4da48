package io.duly.orders;

import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Status changes that somebody else made. Whether one contradicts Duly's truth is judged by the row
 * and the attempt as they stand together now, never by the log alone. Thread-safe.
 */
public final class Strangers {
  private static final String CONTRADICTIONS =
      """
      WITH given AS MATERIALIZED (
        SELECT DISTINCT ON (g.id) g.id::{id_type} AS id, g.seen FROM unnest(:ids::text[], :seen::text[]) WITH ORDINALITY AS g(id, seen, n)
        ORDER BY g.id, g.n DESC
      ), judged AS (
        SELECT o.{id} AS id, o.{status} AS status, a.attempt, a.token, g.seen,
          CASE WHEN a.finished_at IS NULL THEN {PROCESSING}
            WHEN {sent_again} THEN {PENDING} ELSE
            CASE a.outcome WHEN 'COMPLETED' THEN {COMPLETED} WHEN 'FAILED' THEN {FAILED} WHEN 'IN_DOUBT' THEN {IN_DOUBT}
              ELSE {PENDING} END END AS expected
        FROM given g JOIN {orders} o ON o.{id} = g.id
        CROSS JOIN LATERAL (SELECT * FROM duly.attempt a WHERE a.order_id = g.id ORDER BY a.attempt DESC LIMIT 1) a
      ), contradictions AS (
        SELECT id, attempt, token, seen, concat_ws(', ', concat('is ', status::text), concat('was ', expected::text), seen) AS detail
        FROM judged WHERE status <> expected
      )
      INSERT INTO duly.evidence (order_id, attempt, token, kind, detail)
      SELECT c.id, c.attempt, c.token, 'status changed by others', c.detail
      FROM contradictions c
      WHERE NOT EXISTS (
        SELECT FROM duly.evidence e
        WHERE e.order_id = c.id AND e.attempt = c.attempt AND e.kind = 'status changed by others'
          AND (c.seen IS NULL OR e.detail = c.detail))
      RETURNING order_id::text
      """;

  private final Jdbi jdbi;
  private final String sql;

  public Strangers(Jdbi jdbi, OrdersTable table) {
    this.jdbi = jdbi;
    this.sql = table.sql(CONTRADICTIONS);
  }

  /**
   * Keeps evidence of those of {@code orderIds} whose status contradicts their last attempt, and
   * returns them. {@code seen} tells for each in which transaction and when it was changed; what
   * was seen twice is kept once.
   */
  public List<String> contradictions(List<String> orderIds, List<String> seen) {
    return find(orderIds, seen.toArray(String[]::new));
  }

  /** The same for orders of which nothing was seen; those with such evidence are left out. */
  public List<String> contradictions(List<String> orderIds) {
    @Nullable String[] nothing = new String[orderIds.size()];
    return find(orderIds, nothing);
  }

  private List<String> find(List<String> orderIds, @Nullable String[] seen) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(sql)
                .bindArray("ids", String.class, orderIds)
                .bindArray("seen", String.class, Arrays.asList(seen))
                .mapTo(String.class)
                .list());
  }
}
