package io.duly.reconciler;

import io.duly.orders.Run;
import io.duly.orders.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the workers' group has come in the topic of due orders, and where the result topic ends.
 * Thread-safe.
 */
final class GroupProgress {
  private final Admin admin;
  private final String group;
  private final Topics topics;

  GroupProgress(Admin admin, String group, Topics topics) {
    this.admin = admin;
    this.group = group;
    this.topics = topics;
  }

  /**
   * The committed offset by partition; offsets of transactions that are not finished do not count.
   */
  Map<Integer, Long> committed() throws InterruptedException, ExecutionException {
    Map<Integer, Long> committed = new HashMap<>();
    admin
        .listConsumerGroupOffsets(group, new ListConsumerGroupOffsetsOptions().requireStable(true))
        .partitionsToOffsetAndMetadata()
        .get()
        .forEach(
            (partition, offset) -> {
              if (partition.topic().equals(topics.due()) && offset != null) {
                committed.put(partition.partition(), offset.offset());
              }
            });
    return committed;
  }

  /** How far the group has come in the topic as it is now. */
  Reach reach() throws InterruptedException, ExecutionException {
    int present = topics.partitionsOfDue(admin);
    Map<Integer, Long> beginnings = offsets(present, OffsetSpec.earliest());
    Map<Integer, Long> ends = offsets(present, OffsetSpec.latest());
    return new Reach(beginnings, ends, committed());
  }

  private Map<Integer, Long> offsets(int partitions, OffsetSpec which)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      wanted.put(new TopicPartition(topics.due(), partition), which);
    }
    return offsets(wanted);
  }

  private Map<Integer, Long> offsets(Map<TopicPartition, OffsetSpec> wanted)
      throws InterruptedException, ExecutionException {
    Map<Integer, Long> offsets = new HashMap<>();
    admin
        .listOffsets(wanted)
        .all()
        .get()
        .forEach((partition, found) -> offsets.put(partition.partition(), found.offset()));
    return offsets;
  }

  /**
   * Whether the group has consumed all that was published for {@code run}, as far as the topic
   * still has it: one that was made anew, or has lost it, gives nothing more to wait for.
   */
  boolean hasPassed(Run run) throws InterruptedException, ExecutionException {
    Reach reach = reach();
    return IntStream.range(0, run.endOffsets().size())
        .allMatch(partition -> reach.hasPassed(partition, run.endOffsets().get(partition)));
  }

  /**
   * Where each partition of the result topic ends now, events of open transactions included;
   * partitions that were added a moment ago are among them.
   */
  Map<Integer, Long> resultEnds() throws InterruptedException, ExecutionException {
    String results = topics.results();
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    admin.describeTopics(List.of(results)).allTopicNames().get().values().stream()
        .flatMap(each -> each.partitions().stream())
        .forEach(
            each -> wanted.put(new TopicPartition(results, each.partition()), OffsetSpec.latest()));
    return offsets(wanted);
  }
}
