package io.duly.orders;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * How far the reconciler has read a topic, saved together with what it saw there. Used within the
 * caller's transaction.
 */
public final class Positions {
  private static final String READ =
      "SELECT partition, next_offset FROM duly.position WHERE topic = :topic";
  private static final String SAVE =
      """
      INSERT INTO duly.position (topic, partition, next_offset)
      SELECT :topic, * FROM unnest(:partitions::int[], :offsets::bigint[])
      ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
      WHERE duly.position.next_offset <> excluded.next_offset
      """;

  private Positions() {}

  public static Map<Integer, Long> read(Handle handle, String topic) {
    Map<Integer, Long> positions = new HashMap<>();
    handle
        .createQuery(READ)
        .bind("topic", topic)
        .mapToMap()
        .forEach(
            row -> positions.put((Integer) row.get("partition"), (Long) row.get("next_offset")));
    return positions;
  }

  public static void save(Handle handle, String topic, Map<Integer, Long> positions) {
    List<Integer> partitions = List.copyOf(positions.keySet());
    handle
        .createUpdate(SAVE)
        .bind("topic", topic)
        .bindArray("partitions", Integer.class, partitions)
        .bindArray("offsets", Long.class, partitions.stream().map(positions::get).toList())
        .execute();
  }
}
