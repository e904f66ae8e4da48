package io.duly.orders;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * The results that not both witnesses have shown. Those of open runs are found by walking through
 * all attempts since the first open run, run by run, a page at a time; of runs that have their
 * verdict only {@link #settled doubts settled since} can lack a witness. Thread-safe.
 */
public final class Unconfirmed {
  /** The limit is part of the text: a plan for any limit might read the whole table for a page. */
  private static final String PAGE =
      """
      WITH page AS MATERIALIZED (
        SELECT a.order_id, a.attempt, a.transition, a.run_id, a.outcome, a.witness, a.finished_at
        FROM duly.attempt a
        WHERE {where}
        ORDER BY {order}a.order_id, a.attempt LIMIT {limit}
      ), found AS (
        SELECT p.order_id, p.attempt, p.transition, p.witness & 1 <> 0 AS shown, p.finished_at < clock_timestamp() - make_interval(secs => :age) AS old
        FROM page p
        WHERE p.outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT') AND p.witness <> 3
          AND {of} (SELECT FROM duly.run r WHERE r.id = p.run_id AND r.state NOT IN ('CLOSED', 'MISSED') AND r.unclaimed IS NULL)
      ), last AS (
        SELECT a.run_id, a.order_id, a.attempt FROM page a ORDER BY {last}a.order_id DESC, a.attempt DESC LIMIT 1
      )
      SELECT f.order_id::text AS order_id, f.attempt, f.transition, f.shown, NULL AS last_run FROM found f WHERE f.shown OR f.old
      UNION ALL SELECT l.order_id::text, l.attempt, 0, false, l.run_id FROM last l
      """;

  private static final String FROM_THE_FIRST_OPEN_RUN =
      "a.run_id >= (SELECT min(r.id) FROM duly.run r WHERE r.state NOT IN ('CLOSED', 'MISSED') AND r.unclaimed IS NULL)";
  private static final String AFTER =
      "(a.run_id, a.order_id, a.attempt) > (:afterRun, :after::{id_type}, :afterAttempt)";

  private static final String SETTLED = "a.transition > 1";
  private static final String SETTLED_AFTER =
      SETTLED + " AND (a.order_id, a.attempt) > (:after::{id_type}, :afterAttempt)";

  private static final String ORDERS =
      """
      SELECT DISTINCT a.order_id::text FROM duly.attempt a
      JOIN duly.run r ON r.id = a.run_id AND r.state NOT IN ('CLOSED', 'MISSED') AND r.unclaimed IS NULL
      WHERE {where} AND (a.run_id, a.order_id, a.attempt) <= (:lastRun, :last::{id_type}, :lastAttempt)
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
  public record Page(List<Result> results, long lastRun, @Nullable String lastId, int lastAttempt) {
    /** Before the first page. */
    public static final Page START = new Page(List.of(), 0, null, 0);

    public Page {
      results = List.copyOf(results);
    }
  }

  /** A result, or where the run is given, the key of the page's last attempt. */
  private record Row(Result result, @Nullable Long lastRun) {
    Page end(List<Result> results) {
      return new Page(results, Objects.requireNonNull(lastRun), result.orderId(), result.attempt());
    }
  }

  private final Jdbi jdbi;
  private final String prefix;
  private final String firstSql;
  private final String nextSql;
  private final String firstSettledSql;
  private final String nextSettledSql;
  private final String firstOrdersSql;
  private final String nextOrdersSql;
  private final String sayAgainSql;

  /** {@code prefix} is that of the logical messages. */
  public Unconfirmed(Jdbi jdbi, OrdersTable table, String prefix) {
    this.jdbi = jdbi;
    this.prefix = prefix;
    this.firstSql = table.sql(ofOpenRuns(FROM_THE_FIRST_OPEN_RUN));
    this.nextSql = table.sql(ofOpenRuns(AFTER));
    this.firstSettledSql = table.sql(ofOtherRuns(SETTLED));
    this.nextSettledSql = table.sql(ofOtherRuns(SETTLED_AFTER));
    this.firstOrdersSql = table.sql(ORDERS.replace("{where}", FROM_THE_FIRST_OPEN_RUN));
    this.nextOrdersSql = table.sql(ORDERS.replace("{where}", AFTER));
    this.sayAgainSql = table.sql(SAY_AGAIN);
  }

  private static String ofOpenRuns(String where) {
    return PAGE.replace("{where}", where)
        .replace("{order}", "a.run_id, ")
        .replace("{last}", "a.run_id DESC, ")
        .replace("{of}", "EXISTS");
  }

  private static String ofOtherRuns(String where) {
    return PAGE.replace("{where}", where)
        .replace("{order}", "")
        .replace("{last}", "")
        .replace("{of}", "NOT EXISTS");
  }

  /** Whether there is an open run, and so anything to look for. */
  public boolean isAnyRunOpen() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT EXISTS (SELECT FROM duly.run WHERE state NOT IN ('CLOSED', 'MISSED') AND unclaimed IS NULL)")
                .mapTo(Boolean.class)
                .one());
  }

  /**
   * Looks at {@code limit} attempts after {@code page}; of the results that the log has not shown,
   * gives those older than {@code age}.
   */
  public Page after(Page page, Duration age, int limit) {
    return read(page.lastId() == null ? firstSql : nextSql, page, age, limit);
  }

  /**
   * The same with attempts whose doubt was settled, and of them with those of runs that are not
   * open: a verdict says that each result was confirmed, and not what became of it later.
   */
  public Page settled(Page page, Duration age, int limit) {
    return read(page.lastId() == null ? firstSettledSql : nextSettledSql, page, age, limit);
  }

  private Page read(String sql, Page page, Duration age, int limit) {
    List<Row> rows = jdbi.withHandle(handle -> read(handle, sql, page, age, limit));
    List<Result> results =
        rows.stream().filter(each -> each.lastRun() == null).map(Row::result).toList();
    return rows.stream()
        .filter(each -> each.lastRun() != null)
        .findFirst()
        .map(each -> each.end(results))
        .orElse(Page.START);
  }

  private static List<Row> read(Handle handle, String sql, Page page, Duration age, int limit) {
    return query(handle, sql.replace("{limit}", Integer.toString(limit)), page)
        .bind("age", age.toMillis() / 1000.0)
        .map(
            (row, context) ->
                new Row(
                    new Result(
                        row.getString("order_id"),
                        row.getInt("attempt"),
                        row.getInt("transition"),
                        row.getBoolean("shown")),
                    row.getObject("last_run", Long.class)))
        .list();
  }

  private static Query query(Handle handle, String sql, Page after) {
    Query query = handle.createQuery(sql);
    if (after.lastId() != null) {
      query
          .bind("afterRun", after.lastRun())
          .bind("after", after.lastId())
          .bind("afterAttempt", after.lastAttempt());
    }
    return query;
  }

  /** The orders of open runs with attempts after {@code page} up to the end of {@code next}. */
  public List<String> orders(Page page, Page next) {
    String sql = page.lastId() == null ? firstOrdersSql : nextOrdersSql;
    return jdbi.withHandle(
        handle ->
            query(handle, sql, page)
                .bind("lastRun", next.lastRun())
                .bind("last", next.lastId())
                .bind("lastAttempt", next.lastAttempt())
                .mapTo(String.class)
                .list());
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
