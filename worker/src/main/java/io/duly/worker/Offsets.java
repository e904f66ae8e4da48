package io.duly.worker;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How far the records of each partition are done: what may be committed is the contiguous prefix.
 * Used by the poll thread only.
 */
final class Offsets {
  /**
   * One partition: the offsets not done yet with whether somebody still works on them, and the
   * position after the last poll.
   */
  private static final class Partition {
    private final TreeMap<Long, Boolean> undone = new TreeMap<>();
    private final long assignment;
    private int inHand;
    private long position;
    private long committed = -1;

    private Partition(long assignment) {
      this.assignment = assignment;
    }

    private long committable() {
      return undone.isEmpty() ? position : undone.firstKey();
    }
  }

  private final Map<Integer, Partition> partitions = new HashMap<>();
  private long assignments;

  void assigned(int partition, long position) {
    Partition fresh = fresh(partition);
    fresh.position = position;
    fresh.committed = position;
  }

  private Partition fresh(int partition) {
    Partition fresh = new Partition(++assignments);
    partitions.put(partition, fresh);
    return fresh;
  }

  void dropped(Collection<Integer> lost) {
    partitions.keySet().removeAll(lost);
  }

  boolean owns(int partition) {
    return partitions.containsKey(partition);
  }

  Set<Integer> owned() {
    return partitions.keySet();
  }

  /**
   * Takes note of a record that was read; returns the number of the assignment that it belongs to,
   * 0 where the partition is not owned. One that lies before the position says that the topic was
   * made anew: what was known of the partition no longer counts, as if it were assigned again.
   */
  long polled(int partition, long offset) {
    Partition of = partitions.get(partition);
    if (of != null && offset < of.position) {
      of = fresh(partition);
    }
    if (of == null) {
      return 0;
    }
    of.undone.put(offset, true);
    of.inHand++;
    return of.assignment;
  }

  /** The position after a poll, which may lie behind records that readers never see. */
  void position(int partition, long next) {
    Partition of = partitions.get(partition);
    if (of != null) {
      of.position = next;
    }
  }

  /**
   * Takes note that nobody works on the record any more; its offset may pass where {@code passes}.
   * False where nobody did: it was finished before, or is not of this assignment. One of an earlier
   * assignment says nothing of the record as it was read again.
   */
  boolean finished(int partition, long offset, long assignment, boolean passes) {
    Partition of = partitions.get(partition);
    if (of == null || of.assignment != assignment || !Boolean.TRUE.equals(of.undone.get(offset))) {
      return false;
    }
    of.inHand--;
    if (passes) {
      of.undone.remove(offset);
    } else {
      of.undone.put(offset, false);
    }
    return true;
  }

  /** Records of {@code of} that somebody works on. */
  int inHand(Collection<Integer> of) {
    return of.stream()
        .map(partitions::get)
        .filter(java.util.Objects::nonNull)
        .mapToInt(each -> each.inHand)
        .sum();
  }

  int inHand() {
    return inHand(partitions.keySet());
  }

  /** The offset to commit for each owned partition. */
  Map<Integer, Long> committable() {
    Map<Integer, Long> offsets = new HashMap<>();
    partitions.forEach((partition, of) -> offsets.put(partition, of.committable()));
    return offsets;
  }

  /** Whether a commit would move any offset. */
  boolean isAhead() {
    return partitions.values().stream().anyMatch(of -> of.committable() > of.committed);
  }

  void committed(Map<Integer, Long> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          Partition of = partitions.get(partition);
          if (of != null) {
            of.committed = offset;
          }
        });
  }
}
