package io.duly.worker;

import io.duly.orders.Topics;
import io.duly.runtime.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** The topics as others see them: how far the group is, and what readers read. */
final class DueTopic {
  private final KafkaClients kafka;
  private final Admin admin;
  private final String group;
  private final List<TopicPartition> due;

  DueTopic(KafkaClients kafka, Admin admin, Topics topics, String group) {
    this.kafka = kafka;
    this.admin = admin;
    this.group = group;
    this.due = partitions(topics.due());
  }

  private static List<TopicPartition> partitions(String topic) {
    return IntStream.range(0, Shop.PARTITIONS)
        .mapToObj(each -> new TopicPartition(topic, each))
        .toList();
  }

  /** Records that the group has not passed. */
  long lag() throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
    long lag = 0;
    for (Map.Entry<TopicPartition, Long> end : ends().entrySet()) {
      OffsetAndMetadata at = committed.get(end.getKey());
      lag += end.getValue() - (at == null ? 0 : at.offset());
    }
    return lag;
  }

  private Map<TopicPartition, Long> ends() throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin
        .listOffsets(due.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())))
        .all()
        .get()
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  /** Sets the group, which must have no member, back to the start of the topic. */
  void rewind() throws ExecutionException, InterruptedException {
    admin
        .alterConsumerGroupOffsets(
            group, due.stream().collect(Collectors.toMap(p -> p, p -> new OffsetAndMetadata(0))))
        .all()
        .get();
  }

  /** All committed records of {@code topic}. */
  List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
    return committed(partitions(topic));
  }

  /** All committed records of {@code topic}, which has one partition. */
  List<ConsumerRecord<byte[], byte[]>> committedOfOne(String topic) {
    return committed(List.of(new TopicPartition(topic, 0)));
  }

  private List<ConsumerRecord<byte[], byte[]>> committed(List<TopicPartition> partitions) {
    try (Consumer<byte[], byte[]> reader = kafka.reader("worker-test")) {
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (ends.keySet().stream().anyMatch(each -> reader.position(each) < ends.get(each))) {
        reader.poll(Duration.ofMillis(50)).forEach(records::add);
      }
      return records;
    }
  }
}
