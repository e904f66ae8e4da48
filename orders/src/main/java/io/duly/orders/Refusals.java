package io.duly.orders;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Tells why orders could not be claimed that are not waiting for a claim. Thread-safe. */
final class Refusals {
  private static final String WHY =
      """
      SELECT g.id, CASE WHEN o.{id} IS NOT NULL THEN coalesce(o.{status}::text, '') END AS status,
        EXISTS (SELECT FROM duly.run r WHERE r.id = g.run_id AND r.state IN ('PUBLISHING', 'PUBLISHED')) AS is_open,
        EXISTS (SELECT FROM duly.run r WHERE r.id = g.run_id AND r.paused IS NOT NULL) AS is_paused,
        EXISTS (SELECT FROM duly.incarnation i WHERE i.started_at = pg_postmaster_start_time()) AS trusted
      FROM unnest(:ids::text[], :runs::bigint[]) AS g(id, run_id)
      LEFT JOIN {orders} o ON o.{id} = g.id::{id_type}
      """;

  /** What the database knows of an order that was not claimed; no status where it is gone. */
  private record Found(
      @Nullable String status, boolean runIsOpen, boolean runIsPaused, boolean trusted) {}

  private final Jdbi jdbi;
  private final OrdersTable table;
  private final String sql;

  Refusals(Jdbi jdbi, OrdersTable table) {
    this.jdbi = jdbi;
    this.table = table;
    this.sql = table.sql(WHY);
  }

  /** Adds to {@code refused} why each of {@code orders} (by id) was not claimed. */
  void explain(Map<String, DueOrder> orders, Map<DueOrder, Refusal> refused) {
    List<DueOrder> due = List.copyOf(orders.values());
    Map<String, Found> found = new HashMap<>();
    jdbi.useHandle(
        handle ->
            handle
                .createQuery(sql)
                .bindArray("ids", String.class, due.stream().map(DueOrder::orderId).toList())
                .bindArray("runs", Long.class, due.stream().map(DueOrder::runId).toList())
                .map(
                    (row, context) ->
                        Map.entry(
                            row.getString("id"),
                            new Found(
                                row.getString("status"),
                                row.getBoolean("is_open"),
                                row.getBoolean("is_paused"),
                                row.getBoolean("trusted"))))
                .forEach(each -> found.put(each.getKey(), each.getValue())));
    orders.forEach((id, each) -> refused.put(each, refusal(found.get(id))));
  }

  private Refusal refusal(@Nullable Found found) {
    if (found == null || found.status() == null) {
      return Refusal.DELETED;
    }
    return table
        .statusOf(found.status())
        .map(status -> refusal(status, found))
        .orElse(Refusal.UNKNOWN_STATUS);
  }

  private static Refusal refusal(OrderStatus status, Found found) {
    return switch (status) {
      case PENDING -> refusalOfPending(found);
      case PROCESSING -> Refusal.OPEN_ELSEWHERE;
      case COMPLETED, FAILED -> Refusal.TERMINAL;
      case IN_DOUBT -> Refusal.IN_DOUBT;
      case CANCELLED -> Refusal.CANCELLED;
    };
  }

  private static Refusal refusalOfPending(Found found) {
    if (!found.runIsOpen()) {
      return Refusal.RUN_NOT_OPEN;
    }
    if (found.runIsPaused()) {
      return Refusal.RUN_PAUSED;
    }
    return found.trusted() ? Refusal.LOCKED : Refusal.NOT_TRUSTED;
  }
}
