package io.duly.orders;

import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * What became of the orders of a run that got no result from it. Each is listed with its reason, or
 * is published again where it is PENDING still: its record was lost on the way. Thread-safe.
 */
public final class Skips {
  private static final String FORGET = "DELETE FROM duly.skipped WHERE run_id = :run";

  private static final String EXPLAIN =
      """
      WITH given AS MATERIALIZED (
        SELECT DISTINCT g.id::{id_type} AS id FROM unnest(:ids::text[]) AS g(id)
      ), unsettled AS MATERIALIZED (
        SELECT g.id, o.{id} IS NULL AS deleted, o.{status} AS status,
          EXISTS (SELECT FROM duly.attempt a WHERE a.order_id = g.id AND a.finished_at IS NULL) AS open,
          EXISTS (SELECT FROM duly.attempt a WHERE a.order_id = g.id AND a.outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT')) AS other
        FROM given g LEFT JOIN {orders} o ON o.{id} = g.id
        WHERE NOT EXISTS (
          SELECT FROM duly.attempt a
          WHERE a.order_id = g.id AND a.run_id = :run AND a.outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT'))
      ), queued AS (
        INSERT INTO duly.retry (order_id, run_id, not_before)
        SELECT id, :run, clock_timestamp() FROM unsettled WHERE status = {PENDING} AND NOT open
        ON CONFLICT (order_id) DO NOTHING
        RETURNING order_id
      ), listed AS (
        INSERT INTO duly.skipped (run_id, order_id, reason)
        SELECT :run, id, CASE WHEN deleted THEN 'DELETED' WHEN status = {CANCELLED} THEN 'CANCELLED'
          WHEN other OR open THEN 'OTHER_RUN' ELSE 'CHANGED' END
        FROM unsettled WHERE deleted OR open OR status <> {PENDING}
        ON CONFLICT (run_id, order_id) DO NOTHING
      )
      SELECT count(*) FROM queued
      """;

  /** For a topic that was made anew or has lost records of the run: its orders by the table. */
  private static final String QUEUE_BY_TABLE =
      """
      INSERT INTO duly.retry (order_id, run_id, not_before)
      SELECT o.{id}, :run, clock_timestamp()
      FROM {orders} o
      WHERE o.{status} = {PENDING} AND o.{id} <= :lastId::{id_type} AND {filter}
        AND NOT EXISTS (SELECT FROM duly.retry r WHERE r.order_id = o.{id})
        AND NOT EXISTS (SELECT FROM duly.attempt a WHERE a.order_id = o.{id} AND a.finished_at IS NULL)
      ORDER BY o.{id} LIMIT :limit
      ON CONFLICT (order_id) DO NOTHING
      """;

  private static final String DECIDED =
      """
      SELECT d.order_id::text FROM duly.decision d
      WHERE d.run_id = :run AND (:after::text IS NULL OR d.order_id > :after::{id_type})
      ORDER BY d.order_id LIMIT :limit
      """;

  private final Jdbi jdbi;
  private final OrdersTable table;
  private final String explainSql;

  public Skips(Jdbi jdbi, OrdersTable table) {
    this.jdbi = jdbi;
    this.explainSql = table.sql(EXPLAIN);
    this.table = table;
  }

  /** Forgets what was listed for the run: it is looked at anew. */
  public void forget(long runId) {
    jdbi.useHandle(handle -> handle.createUpdate(FORGET).bind("run", runId).execute());
  }

  /**
   * Looks at orders that were published for the run, while nothing of it is under way: lists those
   * without a result of it, and gives those still PENDING a retry that is due at once. Returns how
   * many it queued.
   */
  public int explain(long runId, List<String> orderIds) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(explainSql)
                .bind("run", runId)
                .bindArray("ids", String.class, orderIds)
                .mapTo(Integer.class)
                .one());
  }

  /**
   * Up to {@code limit} orders that a person decided to send again by the run, by id, after {@code
   * after} (null: from the first).
   */
  public List<String> decided(long runId, @Nullable String after, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(table.sql(DECIDED))
                .bind("run", runId)
                .bind("after", after)
                .bind("limit", limit)
                .mapTo(String.class)
                .list());
  }

  /**
   * Gives up to {@code limit} orders that are PENDING, and not beyond the last one published, a
   * retry that is due at once; returns how many.
   */
  public int queueByTable(Run run, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createUpdate(table.within(run.selection()).sql(QUEUE_BY_TABLE))
                .bind("run", run.id())
                .bind("lastId", run.lastId())
                .bind("limit", limit)
                .execute());
  }
}
