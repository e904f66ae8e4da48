package io.duly.ingest;

import io.duly.orders.OrdersTable;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the ids of pending orders by keyset pages, each in a short transaction of its own. A page
 * ends after so many ids, or after so many rows that it has looked at: as many as can be read in a
 * fraction of a second, however few of them are due. One thread.
 */
final class DuePages {
  private static final Logger log = LoggerFactory.getLogger(DuePages.class);

  /**
   * Walks through the table in the order of its ids. Row {@code :rows} is there even if it is not
   * due, so that the next page can go on after it.
   */
  private static final String PAGE =
      """
      SELECT key::text AS id, due, n FROM (
        SELECT key, due, row_number() OVER (ORDER BY key) AS n FROM (
          SELECT o.{id} AS key, coalesce(o.{status} = {PENDING} AND {filter}, false) AS due
          FROM {orders} o WHERE o.{id} > :after::{id_type}
          ORDER BY o.{id} LIMIT :rows) looked) numbered
      WHERE due OR n = :rows
      ORDER BY key LIMIT :ids
      """;

  /** Sorting the table for each page is never what is wanted, whatever its statistics say. */
  private static final String BY_INDEX = "SET LOCAL enable_sort = off";

  private static final String AFTER = "SELECT (%s)::{id_type}::text";
  private static final int LEAST_ROWS = 1_000;
  private static final int MOST_ROWS = 200_000;
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofMillis(400);

  private record Row(String id, boolean due, int number) {}

  /**
   * One page.
   *
   * @param ids those that are due, in order
   * @param last the last id that was looked at; null where there was none
   * @param isEnd whether no row was left after it
   */
  record Page(List<String> ids, @Nullable String last, boolean isEnd) {}

  private final Jdbi jdbi;
  private final String firstSql;
  private final String nextSql;
  private final String afterSql;
  private int rows = 10 * LEAST_ROWS;
  private long looked;
  private Duration longest = Duration.ZERO;

  /**
   * Of what {@code table}'s filter takes.
   *
   * @param after SQL expression of an id; those up to it are not looked at, nor is any other left
   *     out where it is null or empty
   */
  DuePages(Jdbi jdbi, OrdersTable table, String after) {
    this.jdbi = jdbi;
    this.nextSql = table.sql(PAGE);
    this.firstSql = table.sql(PAGE.replace("o.{id} > :after::{id_type}", "true"));
    this.afterSql = table.sql(AFTER.formatted(after.isBlank() ? "NULL" : after));
  }

  /** The id after which the first page begins; null where that begins at the first row. */
  @Nullable String start() {
    return jdbi.withHandle(
        handle -> handle.createQuery(afterSql).mapTo(String.class).findOne().orElse(null));
  }

  /** Up to {@code limit} pending ids after {@code after}; null starts at the first row. */
  Page after(@Nullable String after, int limit) {
    long began = System.nanoTime();
    int most = rows;
    List<Row> found = jdbi.inTransaction(handle -> read(handle, after, most, limit));
    note(Duration.ofNanos(System.nanoTime() - began), found);
    List<String> due = found.stream().filter(Row::due).map(Row::id).filter(this::isId).toList();
    if (found.isEmpty()) {
      return new Page(due, null, true);
    }
    Row last = found.get(found.size() - 1);
    return new Page(due, last.id(), found.size() < limit && last.number() < most);
  }

  private boolean isId(String id) {
    if (id.isEmpty()) {
      log.error("An order with an empty id is left as it is: give it an id");
    }
    return !id.isEmpty();
  }

  private List<Row> read(Handle handle, @Nullable String after, int most, int limit) {
    handle.execute(BY_INDEX);
    Query query = handle.createQuery(after == null ? firstSql : nextSql);
    return (after == null ? query : query.bind("after", after))
        .bind("rows", most)
        .bind("ids", limit)
        .map((row, context) -> new Row(row.getString("id"), row.getBoolean("due"), row.getInt("n")))
        .list();
  }

  /** Rows that all pages so far have looked at, but for those after the last that is due. */
  long looked() {
    return looked;
  }

  /** How long the longest read of a page took. */
  Duration longest() {
    return longest;
  }

  private void note(Duration took, List<Row> found) {
    looked += found.isEmpty() ? 0 : found.get(found.size() - 1).number();
    longest = took.compareTo(longest) > 0 ? took : longest;
    if (took.compareTo(LONG) > 0) {
      rows = Math.max(LEAST_ROWS, rows / 2);
    } else if (took.compareTo(SHORT) < 0) {
      rows = Math.min(MOST_ROWS, rows * 2);
    }
  }

  /** How the database reads a page in the midst of the table, a line a step. */
  List<String> plan() {
    return jdbi.inTransaction(
        handle -> {
          handle.execute(BY_INDEX);
          return handle
              .createQuery("EXPLAIN (COSTS off) " + firstSql)
              .bind("rows", rows)
              .bind("ids", rows)
              .mapTo(String.class)
              .map(String::strip)
              .list();
        });
  }

  /** Lets the database plan the statements; throws where it cannot. */
  void check() {
    jdbi.useHandle(
        handle -> {
          handle.createQuery("EXPLAIN " + afterSql).mapTo(String.class).list();
          handle
              .createQuery("EXPLAIN " + firstSql)
              .bind("rows", 1)
              .bind("ids", 1)
              .mapTo(String.class)
              .list();
        });
  }
}
