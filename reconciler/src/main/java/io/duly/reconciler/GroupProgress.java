package io.duly.reconciler;

import io.duly.orders.Run;
import io.duly.orders.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
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

  /**
   * Whether the group has consumed all that was published for {@code run}, as far as the topic
   * still has it: one that was made anew gives nothing more to wait for.
   */
  boolean hasPassed(Run run) throws InterruptedException, ExecutionException {
    Map<Integer, Long> committed = committed();
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    int present = Math.min(run.endOffsets().size(), topics.partitionsOfDue(admin));
    for (int partition = 0; partition < present; partition++) {
      latest.put(new TopicPartition(topics.due(), partition), OffsetSpec.latest());
    }
    Map<TopicPartition, ListOffsetsResultInfo> ends = admin.listOffsets(latest).all().get();
    return ends.entrySet().stream()
        .allMatch(
            each -> {
              int partition = each.getKey().partition();
              long end = Math.min(run.endOffsets().get(partition), each.getValue().offset());
              return committed.getOrDefault(partition, 0L) >= end;
            });
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
    Map<Integer, Long> ends = new HashMap<>();
    admin
        .listOffsets(wanted)
        .all()
        .get()
        .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
    return ends;
  }
}
