package io.duly.operations;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Where a partition begins and ends.
 *
 * @param stable the offset of the first open transaction, or the end
 */
public record PartitionEnds(long start, long stable, long end) {

  /**
   * Where a group goes on whose offset is {@code committed}: from the start without one that is
   * there.
   */
  public long position(@Nullable Long committed) {
    return committed == null || committed < start || committed > end ? start : committed;
  }

  public static Map<TopicPartition, PartitionEnds> read(
      Admin admin, Collection<TopicPartition> partitions)
      throws InterruptedException, ExecutionException {
    IsolationLevel all = IsolationLevel.READ_UNCOMMITTED;
    Map<TopicPartition, Long> starts = list(admin, partitions, OffsetSpec.earliest(), all);
    Map<TopicPartition, Long> stable =
        list(admin, partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    Map<TopicPartition, Long> ends = list(admin, partitions, OffsetSpec.latest(), all);
    Map<TopicPartition, PartitionEnds> found = new HashMap<>();
    starts.forEach(
        (each, start) ->
            found.put(
                each,
                new PartitionEnds(
                    start, stable.getOrDefault(each, start), ends.getOrDefault(each, start))));
    return found;
  }

  private static Map<TopicPartition, Long> list(
      Admin admin, Collection<TopicPartition> partitions, OffsetSpec spec, IsolationLevel level)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    partitions.forEach(each -> wanted.put(each, spec));
    Map<TopicPartition, Long> found = new HashMap<>();
    admin
        .listOffsets(wanted, new ListOffsetsOptions(level))
        .all()
        .get()
        .forEach((each, info) -> found.put(each, info.offset()));
    return found;
  }
}
