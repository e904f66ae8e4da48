package io.duly.orders;

import io.duly.runtime.LaneShares;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;

/**
 * The lanes of the topic of due orders: each is a share of its partitions, so that an order of one
 * waits behind no order of another. The lanes that are named have the first partitions in their
 * order, the main lane has all others; so partitions that are added later go to the main lane, and
 * no other moves. Nothing but the order of work depends on a record's lane: after a change of the
 * lanes records are claimed where they lie.
 *
 * @param shares the named lanes with the number of their partitions, in their order
 */
public record Lanes(Map<String, Integer> shares) {
  /** The lane that is always there. */
  public static final String MAIN = LaneShares.MAIN;

  public Lanes {
    shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
  }

  public static Lanes of(Settings settings) {
    return new Lanes(LaneShares.parse(settings.text("topic.lanes")));
  }

  /** All lanes, the main one last. */
  public List<String> names() {
    List<String> names = new ArrayList<>(shares.keySet());
    names.add(MAIN);
    return names;
  }

  /** The lane of a partition. */
  public String of(int partition) {
    int end = 0;
    for (Map.Entry<String, Integer> share : shares.entrySet()) {
      end += share.getValue();
      if (partition < end) {
        return share.getKey();
      }
    }
    return MAIN;
  }

  /**
   * The partition, of so many, of a record with {@code key} in {@code lane}. A lane that there is
   * not, as after its end, is the main one; and where that has no partition left the record goes to
   * any. Within its lane the partition is that of Kafka's own partitioner.
   */
  int partition(int partitions, String lane, byte[] key) {
    int first = 0;
    int count = partitions - named();
    for (Map.Entry<String, Integer> share : shares.entrySet()) {
      if (share.getKey().equals(lane)) {
        count = Math.min(share.getValue(), partitions - first);
        break;
      }
      first += share.getValue();
    }
    if (count <= 0) {
      first = 0;
      count = partitions;
    }
    return first + Utils.toPositive(Utils.murmur2(key)) % count;
  }

  private int named() {
    return shares.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Throws UserError where a topic with so many partitions has none left for the main lane. */
  public void requireRoom(String topic, int partitions) {
    if (named() >= partitions) {
      throw new UserError(
          "topic.lanes takes "
              + named()
              + " partitions and topic "
              + topic
              + " has "
              + partitions
              + ": at least one must be left for the main lane");
    }
  }

  /** Throws UserError where there is no such lane. */
  public String require(String lane) {
    if (!names().contains(lane)) {
      throw new UserError(
          "there is no lane "
              + lane
              + ": topic.lanes and the main lane make "
              + String.join(", ", names()));
    }
    return lane;
  }
}
