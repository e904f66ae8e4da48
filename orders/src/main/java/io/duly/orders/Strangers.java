package io.duly.orders;

import java.util.List;
import org.jdbi.v3.core.Jdbi;

/**
 * Status changes that somebody else made. Whether one contradicts Duly's truth is judged by the row
 * and the attempt as they stand together now, never by the log alone. Thread-safe.
 */
public final class Strangers {
  private static final String CONTRADICTIONS =
      """
      WITH given AS MATERIALIZED (SELECT DISTINCT g.id::{id_type} AS id FROM unnest(:ids::text[]) AS g(id)),
      judged AS (
        SELECT o.{id} AS id, o.{status} AS status, a.attempt, a.token,
          CASE WHEN a.finished_at IS NULL THEN {PROCESSING} ELSE
            CASE a.outcome WHEN 'COMPLETED' THEN {COMPLETED} WHEN 'FAILED' THEN {FAILED} WHEN 'IN_DOUBT' THEN {IN_DOUBT}
              ELSE {PENDING} END END AS expected
        FROM given g JOIN {orders} o ON o.{id} = g.id
        CROSS JOIN LATERAL (SELECT * FROM duly.attempt a WHERE a.order_id = g.id ORDER BY a.attempt DESC LIMIT 1) a
      )
      INSERT INTO duly.evidence (order_id, attempt, token, kind, detail)
      SELECT id, attempt, token, 'status changed by others', concat('is ', status::text, ', was ', expected::text)
      FROM judged WHERE status <> expected
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
   * returns them.
   */
  public List<String> contradictions(List<String> orderIds) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(sql)
                .bindArray("ids", String.class, orderIds)
                .mapTo(String.class)
                .list());
  }
}
