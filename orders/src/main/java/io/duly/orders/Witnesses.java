package io.duly.orders;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
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
      SELECT g.id::text AS id, g.attempt, g.transition, g.bits, coalesce(a.transition, -1) < g.transition AS missing
      FROM given g LEFT JOIN duly.attempt a ON a.order_id = g.id AND a.attempt = g.attempt
      WHERE a.transition IS DISTINCT FROM g.transition OR (g.bits <> 3 AND a.witness | g.bits = 3)
      """;

  /** A result of an attempt and the witnesses that have seen it. */
  public record Sighting(String orderId, int attempt, int transition, int bits) {}

  /**
   * What marking has shown.
   *
   * @param missing those whose result is not there: the log shows a transaction as soon as it is on
   *     disk, and the server may let others see it a moment later only
   * @param done those that the other witness has seen at another time, and those in whose place a
   *     later result stands: nothing of them is to be waited for
   */
  public record Marked(List<Sighting> missing, List<Sighting> done) {
    public static final Marked NONE = new Marked(List.of(), List.of());

    public Marked {
      missing = List.copyOf(missing);
      done = List.copyOf(done);
    }
  }

  private final String sql;

  public Witnesses(OrdersTable table) {
    this.sql = table.sql(SEEN);
  }

  /** Marks {@code sightings}. */
  public Marked mark(Handle handle, List<Sighting> sightings) {
    Map<Boolean, List<Sighting>> byMissing =
        handle
            .createQuery(sql)
            .bindArray("ids", String.class, sightings.stream().map(Sighting::orderId).toList())
            .bindArray(
                "attempts", Integer.class, sightings.stream().map(Sighting::attempt).toList())
            .bindArray(
                "transitions", Integer.class, sightings.stream().map(Sighting::transition).toList())
            .bindArray("bits", Integer.class, sightings.stream().map(Sighting::bits).toList())
            .map((row, context) -> Map.entry(row.getBoolean("missing"), sighting(row)))
            .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
    return new Marked(
        byMissing.getOrDefault(true, List.of()), byMissing.getOrDefault(false, List.of()));
  }

  private static Sighting sighting(ResultSet row) throws SQLException {
    return new Sighting(
        row.getString("id"), row.getInt("attempt"), row.getInt("transition"), row.getInt("bits"));
  }
}
