package io.duly.orders;

import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Marks on the attempts which witness has seen their last result, so that confirmations survive the
 * reconciler and a witness seen twice counts once. Used within the caller's transaction.
 * Thread-safe.
 */
public final class Witnesses {
  /** The write-ahead log showed the status change together with the message that claims it. */
  public static final int LOG = 1;

  /** The result topic holds the event, committed. */
  public static final int TOPIC = 2;

  private static final String SEEN =
      """
      WITH given AS MATERIALIZED (
        SELECT g.id::{id_type} AS id, g.attempt, g.transition, g.bits
        FROM unnest(:ids::text[], :attempts::int[], :transitions::int[], :bits::int[]) AS g(id, attempt, transition, bits)
      ), marked AS (
        UPDATE duly.attempt a SET witness = a.witness | g.bits
        FROM given g
        WHERE a.order_id = g.id AND a.attempt = g.attempt AND a.transition = g.transition AND a.witness <> a.witness | g.bits
      )
      SELECT g.id::text AS id, g.attempt, g.transition, g.bits
      FROM given g LEFT JOIN duly.attempt a ON a.order_id = g.id AND a.attempt = g.attempt
      WHERE a.transition IS NULL OR a.transition < g.transition
      """;

  /** A result of an attempt and the witnesses that have seen it. */
  public record Sighting(String orderId, int attempt, int transition, int bits) {}

  private final String sql;

  public Witnesses(OrdersTable table) {
    this.sql = table.sql(SEEN);
  }

  /**
   * Marks {@code sightings}; returns those whose result is not there. The log shows a transaction
   * as soon as it is on disk, and the server may let others see it a moment later only.
   */
  public List<Sighting> mark(Handle handle, List<Sighting> sightings) {
    return handle
        .createQuery(sql)
        .bindArray("ids", String.class, sightings.stream().map(Sighting::orderId).toList())
        .bindArray("attempts", Integer.class, sightings.stream().map(Sighting::attempt).toList())
        .bindArray(
            "transitions", Integer.class, sightings.stream().map(Sighting::transition).toList())
        .bindArray("bits", Integer.class, sightings.stream().map(Sighting::bits).toList())
        .map(
            (row, context) ->
                new Sighting(
                    row.getString("id"),
                    row.getInt("attempt"),
                    row.getInt("transition"),
                    row.getInt("bits")))
        .list();
  }
}
