package io.duly.ingest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** Where the partitions of a topic end. */
final class EndOffsets {
  private EndOffsets() {}

  /** The end offset of each of the {@code partitions} of {@code topic}, by partition number. */
  static List<Long> of(Admin admin, String topic, int partitions)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    IntStream.range(0, partitions)
        .forEach(p -> wanted.put(new TopicPartition(topic, p), OffsetSpec.latest()));
    Map<TopicPartition, ListOffsetsResultInfo> ends = admin.listOffsets(wanted).all().get();
    return IntStream.range(0, partitions)
        .mapToObj(
            p -> java.util.Objects.requireNonNull(ends.get(new TopicPartition(topic, p))).offset())
        .toList();
  }
}
