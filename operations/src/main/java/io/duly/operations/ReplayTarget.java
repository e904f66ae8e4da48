package io.duly.operations;

import io.duly.orders.Run;
import io.duly.runtime.UserError;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Where a group is to read on. What the topic does not have is cut to what it has. */
@FunctionalInterface
public interface ReplayTarget {
  /** The offset for a partition with {@code ends}, which the group would read on {@code now}. */
  long offset(TopicPartition partition, PartitionEnds ends, long now);

  /** The first record that is there. */
  static ReplayTarget earliest() {
    return (partition, ends, now) -> ends.start();
  }

  /** After the last record. */
  static ReplayTarget latest() {
    return (partition, ends, now) -> ends.end();
  }

  /** Where it is. */
  static ReplayTarget current() {
    return (partition, ends, now) -> now;
  }

  /** The same offset everywhere. */
  static ReplayTarget at(long offset) {
    return (partition, ends, now) -> offset;
  }

  /** So many offsets on, or back where {@code by} is negative. */
  static ReplayTarget shifted(long by) {
    return (partition, ends, now) -> now + by;
  }

  /** An offset for each partition; where it is for one that is not named. */
  static ReplayTarget listed(Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, Long> copy = Map.copyOf(offsets);
    return (partition, ends, now) -> copy.getOrDefault(partition, now);
  }

  /**
   * The first record of {@code run}.
   *
   * @throws UserError where it has published none
   */
  static ReplayTarget startOf(Run run) {
    List<Long> starts = run.startOffsets();
    if (starts.isEmpty()) {
      throw new UserError("run " + run.id() + " has published nothing that could be read again");
    }
    return (partition, ends, now) ->
        partition.partition() < starts.size() ? starts.get(partition.partition()) : now;
  }

  /** The first record written at {@code time} or after; the end where there is none. */
  static ReplayTarget since(Admin admin, Collection<TopicPartition> partitions, Instant time)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    partitions.forEach(
        each -> wanted.put(each, OffsetSpec.forTimestamp(Math.max(0, time.toEpochMilli()))));
    Map<TopicPartition, Long> found = new HashMap<>();
    admin
        .listOffsets(wanted)
        .all()
        .get()
        .forEach(
            (each, info) -> found.put(each, info.offset() < 0 ? Long.MAX_VALUE : info.offset()));
    return listed(found);
  }
}
