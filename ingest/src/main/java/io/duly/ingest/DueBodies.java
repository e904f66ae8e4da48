package io.duly.ingest;

import io.duly.orders.OrdersTable;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Reads pending orders with what a request for them is made of. Writes nothing. One thread. */
public final class DueBodies {
  private static final String BODIES =
      """
      SELECT o.{id}::text AS id, {body} AS body,
        coalesce((SELECT max(d.generation) FROM duly.decision d WHERE d.order_id = o.{id}), 0) AS generation
      FROM unnest(:ids::text[]) WITH ORDINALITY AS g(id, n) JOIN {orders} o ON o.{id} = g.id::{id_type}
      ORDER BY g.n
      """;

  /** An order that is due. */
  public record Due(String orderId, int generation, String body) {}

  private final Jdbi jdbi;
  private final DuePages pages;
  private final String bodiesSql;
  private @Nullable String last;
  private boolean isEnd;

  /** Of what {@code table}'s filter takes, after the id that the expression {@code after} gives. */
  public DueBodies(Jdbi jdbi, OrdersTable table, String after) {
    this.jdbi = jdbi;
    this.pages = new DuePages(jdbi, table, after);
    this.bodiesSql = table.sql(BODIES);
    this.last = pages.start();
  }

  /** Whether there may be more. */
  public boolean hasNext() {
    return !isEnd;
  }

  /** The next ones, up to {@code limit}; none does not mean that there are no more. */
  public List<Due> next(int limit) {
    DuePages.Page page = pages.after(last, limit);
    last = page.last();
    isEnd = page.isEnd();
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(bodiesSql)
                .bindArray("ids", String.class, page.ids())
                .map(
                    (row, context) ->
                        new Due(
                            row.getString("id"), row.getInt("generation"), row.getString("body")))
                .list());
  }
}
