package io.duly.reconciler;

import java.util.Map;

/**
 * How far the workers' group has come in the topic of due orders, by partition.
 *
 * @param beginnings where the topic begins
 * @param ends where it ends, read before what is committed
 * @param committed what the group has committed
 */
record Reach(Map<Integer, Long> beginnings, Map<Integer, Long> ends, Map<Integer, Long> committed) {
  Reach {
    beginnings = Map.copyOf(beginnings);
    ends = Map.copyOf(ends);
    committed = Map.copyOf(committed);
  }

  /** Whether nothing before {@code offset} is to be read any more, as far as it is still there. */
  boolean hasPassed(int partition, long offset) {
    long last = Math.min(offset, ends.getOrDefault(partition, 0L));
    return Math.max(committed(partition), beginnings.getOrDefault(partition, 0L)) >= last;
  }

  /**
   * Whether a record that lay at {@code offset} went with an earlier topic of the name, and the
   * group has committed what it has read of this one: whoever had it in hand has told what came of
   * it before that, or in the same transaction, or forgotten it when the offsets began anew.
   */
  boolean hasLost(int partition, long offset) {
    long end = ends.getOrDefault(partition, 0L);
    return end > 0 && offset >= end && committed(partition) == end;
  }

  /**
   * Whether the group has not committed beyond {@code offset} and never will: it has nothing to
   * read in the partition. What it has committed beyond the end is of an earlier topic.
   */
  boolean isStuck(int partition, long offset) {
    long end = ends.getOrDefault(partition, -1L);
    long passed = committed(partition) > end ? 0 : committed(partition);
    return end >= 0
        && committed(partition) <= offset
        && Math.max(passed, beginnings.getOrDefault(partition, 0L)) >= end;
  }

  private long committed(int partition) {
    return committed.getOrDefault(partition, 0L);
  }
}
