package io.duly.orders;

import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The results of open runs that not both witnesses have shown, found by walking through all
 * attempts in the order of their key, a page at a time. Thread-safe.
 */
public final class Unconfirmed {
  private static final String PAGE =
      """
      WITH page AS MATERIALIZED (
        SELECT a.order_id, a.attempt, a.transition, a.run_id, a.outcome, a.witness, a.finished_at
        FROM duly.attempt a
        WHERE :after::text IS NULL OR (a.order_id, a.attempt) > (:after::{id_type}, :afterAttempt)
        ORDER BY a.order_id, a.attempt LIMIT :limit
      ), found AS (
        SELECT p.order_id, p.attempt, p.transition, p.witness & 1 <> 0 AS shown, p.finished_at < clock_timestamp() - make_interval(secs => :age) AS old
        FROM page p JOIN duly.run r ON r.id = p.run_id AND r.state <> 'CLOSED'
        WHERE p.outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT') AND p.witness <> 3
      ), last AS (
        SELECT order_id, attempt FROM page ORDER BY order_id DESC, attempt DESC LIMIT 1
      )
      SELECT f.order_id::text AS order_id, f.attempt, f.transition, f.shown, false AS is_end FROM found f WHERE f.shown OR f.old
      UNION ALL SELECT l.order_id::text, l.attempt, 0, false, true FROM last l
      """;

  /** Guarded by the transition: a result that was settled meanwhile has said so itself. */
  private static final String SAY_AGAIN =
      """
      WITH said AS (
        SELECT pg_logical_emit_message(true, :prefix, json_build_object('kind', 'RECORD', 'entries',
          json_agg(json_build_array(a.order_id::text, a.attempt, a.transition, a.outcome, false, a.run_id)))::text), count(*) AS entries
        FROM unnest(:ids::text[], :attempts::int[], :transitions::int[]) AS g(id, attempt, transition)
        JOIN duly.attempt a ON a.order_id = g.id::{id_type} AND a.attempt = g.attempt AND a.transition = g.transition
        WHERE a.witness & 1 = 0 HAVING count(*) > 0
      )
      SELECT coalesce((SELECT entries FROM said), 0)
      """;

  /** A result; {@code isShown} by the log already, so that only its event is missing. */
  public record Result(String orderId, int attempt, int transition, boolean isShown) {}

  /**
   * What a page holds, and its last key.
   *
   * @param lastId null after the last page
   */
  public record Page(List<Result> results, @Nullable String lastId, int lastAttempt) {
    /** Before the first page. */
    public static final Page START = new Page(List.of(), null, 0);

    public Page {
      results = List.copyOf(results);
    }
  }

  private record Row(Result result, boolean isEnd) {}

  private final Jdbi jdbi;
  private final String prefix;
  private final String pageSql;
  private final String sayAgainSql;

  /** {@code prefix} is that of the logical messages. */
  public Unconfirmed(Jdbi jdbi, OrdersTable table, String prefix) {
    this.jdbi = jdbi;
    this.prefix = prefix;
    this.pageSql = table.sql(PAGE);
    this.sayAgainSql = table.sql(SAY_AGAIN);
  }

  /** Whether there is an open run, and so anything to look for. */
  public boolean isAnyRunOpen() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT EXISTS (SELECT FROM duly.run WHERE state <> 'CLOSED')")
                .mapTo(Boolean.class)
                .one());
  }

  /**
   * Looks at {@code limit} attempts after {@code page}; of the results that the log has not shown,
   * gives those older than {@code age}.
   */
  public Page after(Page page, Duration age, int limit) {
    List<Row> rows = jdbi.withHandle(handle -> read(handle, page, age, limit));
    Result end = rows.stream().filter(Row::isEnd).map(Row::result).findFirst().orElse(null);
    return new Page(
        rows.stream().filter(each -> !each.isEnd()).map(Row::result).toList(),
        end == null ? null : end.orderId(),
        end == null ? 0 : end.attempt());
  }

  private List<Row> read(Handle handle, Page page, Duration age, int limit) {
    return handle
        .createQuery(pageSql)
        .bind("after", page.lastId())
        .bind("afterAttempt", page.lastAttempt())
        .bind("age", age.toMillis() / 1000.0)
        .bind("limit", limit)
        .map(
            (row, context) ->
                new Row(
                    new Result(
                        row.getString("order_id"),
                        row.getInt("attempt"),
                        row.getInt("transition"),
                        row.getBoolean("shown")),
                    row.getBoolean("is_end")))
        .list();
  }

  /**
   * Says in the log once more what {@code results} are, as the table proves them; returns how many
   * the log had still not shown.
   */
  public int sayAgain(List<Result> results) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(sayAgainSql)
                .bindArray("ids", String.class, results.stream().map(Result::orderId).toList())
                .bindArray(
                    "attempts", Integer.class, results.stream().map(Result::attempt).toList())
                .bindArray(
                    "transitions", Integer.class, results.stream().map(Result::transition).toList())
                .bind("prefix", prefix)
                .mapTo(Integer.class)
                .one());
  }
}
