package io.duly.sandbox.verdict;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How many records of the topic of due orders the group has not passed. */
final class Lag {
  private Lag() {}

  /** The sum over the partitions; where the group has committed nothing, all records count. */
  static long read(Case.Kafka kafka) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      return read(admin, kafka);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the lag cannot be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the lag was read", e);
    }
  }

  private static long read(Admin admin, Case.Kafka kafka)
      throws ExecutionException, InterruptedException {
    List<TopicPartition> partitions = partitions(admin, kafka.dueTopic());
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(kafka.group()).partitionsToOffsetAndMetadata().get();
    Map<TopicPartition, Long> starts = offsets(admin, partitions, OffsetSpec.earliest());
    Map<TopicPartition, Long> ends = offsets(admin, partitions, OffsetSpec.latest());
    long lag = 0;
    for (TopicPartition each : partitions) {
      OffsetAndMetadata at = committed.get(each);
      lag += ends.getOrDefault(each, 0L);
      lag -= at == null ? starts.getOrDefault(each, 0L) : at.offset();
    }
    return lag;
  }

  private static List<TopicPartition> partitions(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    return admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
        .flatMap(each -> each.partitions().stream())
        .map(each -> new TopicPartition(topic, each.partition()))
        .toList();
  }

  private static Map<TopicPartition, Long> offsets(
      Admin admin, List<TopicPartition> partitions, OffsetSpec which)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted =
        partitions.stream().collect(Collectors.toMap(each -> each, each -> which));
    Map<TopicPartition, ListOffsetsResultInfo> found = admin.listOffsets(wanted).all().get();
    return found.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().offset()));
  }
}
