package io.duly.ingest;

import io.duly.orders.OrdersTable;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ids of pending orders by keyset pages, each in a short transaction of its own.
 * Thread-safe.
 */
final class DuePages {
  private static final String PAGE =
      """
      SELECT o.{id}::text FROM {orders} o
      WHERE o.{status} = {PENDING} AND o.{id} > :after::{id_type} AND {filter}
      ORDER BY o.{id} LIMIT :limit
      """;

  private final Jdbi jdbi;
  private final String firstSql;
  private final String nextSql;

  /** Of what {@code table}'s filter takes. */
  DuePages(Jdbi jdbi, OrdersTable table) {
    this.jdbi = jdbi;
    this.nextSql = table.sql(PAGE);
    this.firstSql = table.sql(PAGE.replace("o.{id} > :after::{id_type}", "true"));
  }

  /**
   * Up to {@code limit} pending ids after {@code after} in the order of the id column; null starts
   * at the first.
   */
  List<String> after(@Nullable String after, int limit) {
    return jdbi.withHandle(
        handle ->
            after == null
                ? handle.createQuery(firstSql).bind("limit", limit).mapTo(String.class).list()
                : handle
                    .createQuery(nextSql)
                    .bind("after", after)
                    .bind("limit", limit)
                    .mapTo(String.class)
                    .list());
  }

  /** Lets the database plan the statement; throws where it cannot. */
  void check() {
    jdbi.useHandle(
        handle ->
            handle.createQuery("EXPLAIN " + firstSql).bind("limit", 1).mapTo(String.class).list());
  }
}
