package io.duly.operations;

import io.duly.orders.ClaimTerms;
import io.duly.orders.DueRecord;
import io.duly.orders.OrdersTable;
import io.duly.runtime.TopicRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Reads which orders the records of a range name, and how they stand. The ids are kept in a
 * temporary table, so that memory does not grow with the range. Changes nothing.
 */
final class TouchedOrders {
  private static final int STEP = 5_000;
  private static final String TABLE =
      """
      DROP TABLE IF EXISTS pg_temp.replay_order;
      CREATE TEMPORARY TABLE replay_order (order_id {id_type} NOT NULL, run_id bigint NOT NULL, again boolean NOT NULL)
      """;
  private static final String ADD =
      "INSERT INTO pg_temp.replay_order SELECT g.id::{id_type}, g.run, :again FROM unnest(:ids::text[], :runs::bigint[]) AS g(id, run)";
  private static final String STANDING =
      """
      SELECT coalesce(o.{status}::text, :deleted) AS status, count(*) FILTER (WHERE t.again) AS orders,
        count(*) FILTER (WHERE NOT t.again) AS passed_over,
        count(*) FILTER (WHERE t.again AND o.{status} = {PENDING} AND t.is_open) AS calls,
        count(*) FILTER (WHERE t.again AND o.{status} = {PENDING} AND t.is_open AND s.first_sent < clock_timestamp() - make_interval(secs => :keyValid)) AS expired
      FROM (
        SELECT p.order_id, bool_or(p.again) AS again,
          coalesce(bool_or(p.again AND r.state IN ('PUBLISHING', 'PUBLISHED')), false) AS is_open
        FROM pg_temp.replay_order p LEFT JOIN duly.run r ON r.id = p.run_id GROUP BY p.order_id) t
      LEFT JOIN {orders} o ON o.{id} = t.order_id
      LEFT JOIN LATERAL (
        SELECT min(a.claimed_at) AS first_sent FROM duly.attempt a
        WHERE o.{status} = {PENDING} AND a.order_id = t.order_id
          AND coalesce(a.outcome, '') NOT IN ('NOT_EXECUTED', 'TURNED_AWAY', 'RELEASED')) s ON true
      GROUP BY 1
      """;

  private final Jdbi jdbi;
  private final OrdersTable table;
  private final ClaimTerms terms;

  TouchedOrders(Jdbi jdbi, OrdersTable table, ClaimTerms terms) {
    this.jdbi = jdbi;
    this.table = table;
    this.terms = terms;
  }

  private record Standing(String status, long orders, long passedOver, long calls, long expired) {}

  /** Offsets to read, whether they are read again or passed over. */
  private record Range(
      Map<TopicPartition, Long> from, Map<TopicPartition, Long> until, boolean again) {}

  /** The plan of {@code moves}, whose records are read with {@code consumer}. */
  ReplayPlan plan(Consumer<byte[], byte[]> consumer, List<ReplayPlan.Move> moves) {
    return jdbi.withHandle(
        handle -> {
          handle.createScript(table.sql(TABLE)).execute();
          copy(handle, consumer, moves);
          SortedMap<String, Long> orders = new TreeMap<>();
          SortedMap<String, Long> passedOver = new TreeMap<>();
          long calls = 0;
          long expired = 0;
          for (Standing each : standing(handle)) {
            put(orders, each.status(), each.orders());
            put(passedOver, each.status(), each.passedOver());
            calls += each.calls();
            expired += each.expired();
          }
          handle.execute("DROP TABLE pg_temp.replay_order");
          return new ReplayPlan(moves, orders, passedOver, calls, expired);
        });
  }

  private static void put(SortedMap<String, Long> counts, String status, long count) {
    if (count > 0) {
      counts.put(status, count);
    }
  }

  private void copy(Handle handle, Consumer<byte[], byte[]> consumer, List<ReplayPlan.Move> moves) {
    Map<TopicPartition, Long> before = new HashMap<>();
    Map<TopicPartition, Long> after = new HashMap<>();
    moves.forEach(
        each -> {
          before.put(each.partition(), each.before());
          after.put(each.partition(), each.after());
        });
    copy(handle, consumer, new Range(after, before, true));
    copy(handle, consumer, new Range(before, after, false));
    handle.execute("ANALYZE pg_temp.replay_order");
  }

  private void copy(Handle handle, Consumer<byte[], byte[]> consumer, Range range) {
    List<DueRecord> step = new ArrayList<>();
    TopicRange.read(
        consumer,
        range.from(),
        range.until(),
        record -> {
          DueRecord.parse(record.key(), record.value(), table.idType()).ifPresent(step::add);
          if (step.size() >= STEP) {
            add(handle, step, range.again());
          }
        });
    add(handle, step, range.again());
  }

  private void add(Handle handle, List<DueRecord> step, boolean again) {
    handle
        .createUpdate(table.sql(ADD))
        .bind("again", again)
        .bindArray("ids", String.class, step.stream().map(DueRecord::orderId).toList())
        .bindArray("runs", Long.class, step.stream().map(DueRecord::runId).toList())
        .execute();
    step.clear();
  }

  private List<Standing> standing(Handle handle) {
    return handle
        .createQuery(table.sql(STANDING))
        .bind("deleted", ReplayPlan.DELETED)
        .bind("keyValid", (double) terms.keyValid().toSeconds())
        .map(
            (row, context) ->
                new Standing(
                    row.getString("status"),
                    row.getLong("orders"),
                    row.getLong("passed_over"),
                    row.getLong("calls"),
                    row.getLong("expired")))
        .list();
  }
}
