package io.duly.operations;

import java.util.List;
import java.util.SortedMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a replay would do.
 *
 * @param moves by partition
 * @param orders that the records read again name, by the value of their status column
 * @param passedOver the same of the other orders that the records passed over name
 * @param calls how many of them may be claimed and sent: those that are PENDING and whose run is
 *     open
 * @param expiredKeys how many of these were sent before under an idempotency key that the API has
 *     forgotten, so that the claim will refuse them
 */
public record ReplayPlan(
    List<Move> moves,
    SortedMap<String, Long> orders,
    SortedMap<String, Long> passedOver,
    long calls,
    long expiredKeys) {
  /** Said of orders that are not in the table any more. */
  static final String DELETED = "(deleted)";

  /**
   * One partition.
   *
   * @param committed null where the group has committed none
   * @param before where it would read on without the replay
   * @param after where it reads on with it
   */
  public record Move(TopicPartition partition, @Nullable Long committed, long before, long after) {
    /** Offsets that are read again. */
    public long again() {
      return Math.max(0, before - after);
    }

    /** Offsets that are never read. */
    public long left() {
      return Math.max(0, after - before);
    }
  }

  public ReplayPlan {
    moves = List.copyOf(moves);
  }

  /** Offsets that are read again. */
  public long again() {
    return moves.stream().mapToLong(Move::again).sum();
  }

  /** Offsets that are never read. */
  public long left() {
    return moves.stream().mapToLong(Move::left).sum();
  }
}
