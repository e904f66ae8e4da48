package io.duly.orders;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** All that the database knows of one order, in the order of its happening. Thread-safe. */
public final class OrderTimeline {
  private static final String STATUS =
      "SELECT o.{status}::text FROM {orders} o WHERE o.{id} = :id::{id_type}";
  private static final String ATTEMPTS =
      """
      SELECT a.claimed_at AS at, 0 AS rank, 'CLAIMED' AS what,
        format('attempt %s of run %s (%s, %s) by %s, from partition %s offset %s',
          a.attempt, a.run_id, coalesce(r.schedule, 'unknown'), coalesce(r.lane, 'unknown'), a.worker_id,
          a.source_partition, a.source_offset) AS detail, a.generation
      FROM duly.attempt a LEFT JOIN duly.run r ON r.id = a.run_id WHERE a.order_id = :id::{id_type}
      """;
  private static final String OUTCOMES =
      """
      SELECT a.finished_at, 1, a.outcome,
        concat_ws(', ', format('attempt %s', a.attempt), format('%s call%s', a.calls, CASE a.calls WHEN 1 THEN '' ELSE 's' END), 'HTTP ' || a.http_status, a.reason,
          'reference ' || a.reference, 'fields ' || a.fields::text,
          CASE WHEN a.transition > 0 THEN CASE a.witness WHEN 3 THEN 'confirmed by log and topic'
            WHEN 1 THEN 'confirmed by the log alone so far' WHEN 2 THEN 'confirmed by the topic alone so far'
            ELSE 'not confirmed yet' END END), NULL
      FROM duly.attempt a WHERE a.order_id = :id::{id_type} AND a.finished_at IS NOT NULL
      """;
  private static final String OTHERS =
      """
      SELECT d.at, 2, 'DECIDED', format('%s by %s: %s', d.decided, d.who, d.reason), d.generation
      FROM duly.decision d WHERE d.order_id = :id::{id_type}
      UNION ALL
      SELECT e.at, 3, 'EVIDENCE', format('attempt %s: %s, %s', e.attempt, e.kind, e.detail), NULL
      FROM duly.evidence e WHERE e.order_id = :id::{id_type}
      UNION ALL
      SELECT r.closed_at, 4, 'SKIPPED', format('run %s, %s', s.run_id, s.reason), NULL
      FROM duly.skipped s JOIN duly.run r ON r.id = s.run_id WHERE s.order_id = :id::{id_type}
      UNION ALL
      SELECT t.not_before, 5, 'DUE AGAIN', format('run %s%s', t.run_id,
        CASE WHEN t.queued_at IS NULL THEN '' ELSE ', was queued' END), NULL
      FROM duly.retry t WHERE t.order_id = :id::{id_type}
      UNION ALL
      SELECT NULL, -1, 'PURGED', format('attempts up to %s', p.last_attempt), p.generation
      FROM duly.purged p WHERE p.order_id = :id::{id_type}
      """;

  private static final String ALL =
      ATTEMPTS + "UNION ALL " + OUTCOMES + "UNION ALL " + OTHERS + "ORDER BY at NULLS FIRST, rank";

  /**
   * Something that happened to the order, or will.
   *
   * @param at null where that is not known any more
   * @param generation of the idempotency key; null where it says nothing of a key
   */
  public record Event(
      @Nullable OffsetDateTime at, String what, String detail, @Nullable Integer generation) {}

  /**
   * An order.
   *
   * @param status the column's value; empty where the order is not in the table
   */
  public record Order(Optional<String> status, List<Event> events) {
    public Order {
      events = List.copyOf(events);
    }

    /** Whether anything is known of it. */
    public boolean isKnown() {
      return status.isPresent() || !events.isEmpty();
    }
  }

  private final Jdbi jdbi;
  private final OrdersTable table;

  public OrderTimeline(Jdbi jdbi, OrdersTable table) {
    this.jdbi = jdbi;
    this.table = table;
  }

  /** What is known of order {@code id}; nothing where that is no id of the table. */
  public Order of(String id) {
    return table.idType().isValid(id)
        ? jdbi.withHandle(handle -> new Order(status(handle, id), events(handle, id)))
        : new Order(Optional.empty(), new ArrayList<>());
  }

  private Optional<String> status(Handle handle, String id) {
    return handle.createQuery(table.sql(STATUS)).bind("id", id).mapTo(String.class).findOne();
  }

  private List<Event> events(Handle handle, String id) {
    return handle
        .createQuery(table.sql(ALL))
        .bind("id", id)
        .map(
            (row, context) ->
                new Event(
                    row.getObject("at", OffsetDateTime.class),
                    row.getString("what"),
                    row.getString("detail"),
                    row.getObject("generation", Integer.class)))
        .list();
  }
}
