package io.duly.orders;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * What became of the orders of a run that got no result from it. Each is listed with its reason, or
 * is published again where it is PENDING still: its record was lost on the way, or its table
 * refused the claim once. Thread-safe.
 */
public final class Skips {
  private static final String FORGET =
      """
      WITH run AS MATERIALIZED (
        {run}
      ), forgotten AS (
        DELETE FROM duly.skipped s USING run WHERE s.run_id = run.id
      )
      SELECT EXISTS (SELECT FROM run)
      """
          .replace("{run}", RunTable.JUDGED);

  /** Whether the table refused the claim of an order for the run at the first and at the last. */
  private static final String REFUSED =
      """
      (SELECT count(*) > 1 FROM duly.evidence e
        WHERE e.order_id = %s AND e.kind = 'claim refused' AND starts_with(e.detail, concat('run ', :run::bigint, ',')))
      """
          .strip();

  private static final String EXPLAIN =
      """
      WITH run AS MATERIALIZED (
        {run}
      ), given AS MATERIALIZED (
        SELECT DISTINCT g.id::{id_type} AS id FROM unnest(:ids::text[]) AS g(id) WHERE EXISTS (SELECT FROM run)
      ), unsettled AS MATERIALIZED (
        SELECT g.id, o.{id} IS NULL AS deleted, o.{status} AS status,
          EXISTS (SELECT FROM duly.retry r WHERE r.order_id = g.id AND r.run_id = :run)
            OR EXISTS (SELECT FROM duly.attempt a WHERE a.order_id = g.id AND a.finished_at IS NULL AND a.run_id = :run) AS waits,
          EXISTS (SELECT FROM duly.retry r JOIN duly.run n ON n.id = r.run_id
              WHERE r.order_id = g.id AND r.run_id <> :run AND n.state IN ('PUBLISHING', 'PUBLISHED'))
            OR EXISTS (SELECT FROM duly.attempt a WHERE a.order_id = g.id AND a.finished_at IS NULL AND a.run_id <> :run) AS elsewhere,
          EXISTS (SELECT FROM duly.attempt a WHERE a.order_id = g.id AND a.outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT')) AS other,
          o.{status} = {PENDING} AND {refused} AS refused
        FROM given g LEFT JOIN {orders} o ON o.{id} = g.id
        WHERE NOT EXISTS (
          SELECT FROM duly.attempt a
          WHERE a.order_id = g.id AND a.run_id = :run AND a.outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT'))
      ), queued AS (
        INSERT INTO duly.retry (order_id, run_id, not_before)
        SELECT id, :run, clock_timestamp() FROM unsettled WHERE status = {PENDING} AND NOT waits AND NOT elsewhere AND NOT refused
        ORDER BY id
        ON CONFLICT (order_id) DO NOTHING
      ), listed AS (
        INSERT INTO duly.skipped (run_id, order_id, reason)
        SELECT :run, id, CASE WHEN deleted THEN 'DELETED' WHEN status = {CANCELLED} THEN 'CANCELLED'
          WHEN elsewhere THEN 'OTHER_RUN' WHEN refused THEN 'REFUSED' WHEN other THEN 'OTHER_RUN' ELSE 'CHANGED' END
        FROM unsettled WHERE NOT waits AND (elsewhere OR refused OR status IS DISTINCT FROM {PENDING})
        ON CONFLICT (run_id, order_id) DO NOTHING
      )
      SELECT count(*) FROM unsettled WHERE waits OR (status = {PENDING} AND NOT elsewhere AND NOT refused)
      """
          .replace("{run}", RunTable.JUDGED)
          .replace("{refused}", REFUSED.formatted("g.id"));

  /**
   * For a topic that was made anew or has lost records of the run: its orders by the table, rows by
   * the page, so that no statement grows with the table. The limit and the presence of {@code
   * after} are part of the text, so that the plan reaches the rows through their key. An order with
   * a result of the run was not lost, even where it was opened again.
   */
  private static final String QUEUE_BY_TABLE =
      """
      WITH run AS MATERIALIZED (
        {run}
      ), page AS MATERIALIZED (
        SELECT o.{id} AS id, o.{status} = {PENDING} AND {filter} AS is_due
        FROM {orders} o WHERE o.{id} <= :lastId::{id_type} {after} ORDER BY o.{id} LIMIT {limit}
      ), queued AS (
        INSERT INTO duly.retry (order_id, run_id, not_before)
        SELECT p.id, :run, clock_timestamp() FROM page p
        WHERE p.is_due AND EXISTS (SELECT FROM run) AND NOT {refused}
          AND NOT EXISTS (SELECT FROM duly.retry r WHERE r.order_id = p.id)
          AND NOT EXISTS (
            SELECT FROM duly.attempt a
            WHERE a.order_id = p.id AND (a.finished_at IS NULL OR (a.run_id = :run AND a.outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT'))))
        ON CONFLICT (order_id) DO NOTHING
        RETURNING order_id
      )
      SELECT (SELECT id::text FROM page ORDER BY id DESC LIMIT 1) AS last_id, (SELECT count(*) FROM queued) AS queued
      """
          .replace("{run}", RunTable.JUDGED)
          .replace("{refused}", REFUSED.formatted("p.id"));

  private static final String DECIDED =
      """
      SELECT d.order_id::text FROM duly.decision d
      WHERE d.run_id = :run AND (:after::text IS NULL OR d.order_id > :after::{id_type})
      ORDER BY d.order_id LIMIT :limit
      """;

  /** What one page of the table was; null after the last. */
  private record Page(@Nullable String lastId, int queued) {}

  private final Jdbi jdbi;
  private final OrdersTable table;
  private final String explainSql;

  public Skips(Jdbi jdbi, OrdersTable table) {
    this.jdbi = jdbi;
    this.explainSql = table.sql(EXPLAIN);
    this.table = table;
  }

  /**
   * Forgets what was listed for the run: it is looked at anew. False where it is not to be judged
   * any more, because others have closed it: its list belongs to its verdict, and nothing here
   * changes it.
   */
  public boolean forget(long runId) {
    return jdbi.withHandle(
        handle -> handle.createQuery(FORGET).bind("run", runId).mapTo(Boolean.class).one());
  }

  /**
   * Looks at orders that were published for the run, while nothing of it is under way: lists those
   * without a result of it, and gives those still PENDING a retry that is due at once. Returns how
   * many wait for a result, those included that had a retry or came under way meanwhile.
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
   * Gives the orders that a person decided to send again by the run to {@code taker}, by id, {@code
   * limit} at a time.
   */
  public void forEachDecided(long runId, int limit, Consumer<List<String>> taker) {
    List<String> page = decided(runId, null, limit);
    while (!page.isEmpty()) {
      taker.accept(page);
      page = decided(runId, page.get(page.size() - 1), limit);
    }
  }

  private List<String> decided(long runId, @Nullable String after, int limit) {
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
   * Gives the orders that are PENDING, between the run's first and the last one published and
   * without a result of the run a retry that is due at once; returns how many. Looks at {@code
   * limit} rows at a time.
   */
  public int queueByTable(Run run, int limit) {
    String sql = QUEUE_BY_TABLE.replace("{limit}", Integer.toString(limit));
    OrdersTable ofRun = table.within(run.selection());
    String next = ofRun.sql(sql.replace("{after}", "AND o.{id} > :after::{id_type}"));
    String first = run.firstId() == null ? ofRun.sql(sql.replace("{after}", "")) : next;
    Page page = queuePage(run, first, run.firstId());
    int queued = page.queued();
    while (page.lastId() != null) {
      page = queuePage(run, next, page.lastId());
      queued += page.queued();
    }
    return queued;
  }

  private Page queuePage(Run run, String sql, @Nullable String after) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(sql)
                .bindMap(after == null ? Map.of() : Map.of("after", after))
                .bind("run", run.id())
                .bind("lastId", run.lastId())
                .map((row, context) -> new Page(row.getString("last_id"), row.getInt("queued")))
                .one());
  }
}
