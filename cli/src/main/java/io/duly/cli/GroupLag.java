package io.duly.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How many records of a topic a consumer group has not passed yet. Thread-safe. */
final class GroupLag {
  private final Admin admin;
  private final String group;
  private final String topic;

  GroupLag(Admin admin, String group, String topic) {
    this.admin = admin;
    this.group = group;
    this.topic = topic;
  }

  /**
   * The sum over all partitions of end offset less committed offset; a partition without a commit
   * counts from its start.
   */
  long read() throws InterruptedException, ExecutionException {
    List<TopicPartition> partitions = new ArrayList<>();
    for (TopicDescription each :
        admin.describeTopics(List.of(topic)).allTopicNames().get().values()) {
      each.partitions()
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    Map<TopicPartition, OffsetSpec> fresh = new HashMap<>();
    partitions.stream()
        .filter(each -> committed.get(each) == null)
        .forEach(each -> fresh.put(each, OffsetSpec.earliest()));
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    partitions.forEach(each -> latest.put(each, OffsetSpec.latest()));
    return sum(latest) - sum(fresh) - committedSum(committed);
  }

  private long sum(Map<TopicPartition, OffsetSpec> wanted)
      throws InterruptedException, ExecutionException {
    return admin.listOffsets(wanted).all().get().values().stream()
        .mapToLong(ListOffsetsResultInfo::offset)
        .sum();
  }

  private long committedSum(Map<TopicPartition, OffsetAndMetadata> committed) {
    return committed.entrySet().stream()
        .filter(each -> each.getKey().topic().equals(topic) && each.getValue() != null)
        .mapToLong(each -> each.getValue().offset())
        .sum();
  }
}
