package io.duly.operations;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Reads what a consumer group, of either protocol, has left of topics. One thread at a time. */
public final class LagReader {
  private final Admin admin;
  private final OldestRecords oldest;
  private final String group;

  public LagReader(Admin admin, OldestRecords oldest, String group) {
    this.admin = admin;
    this.oldest = oldest;
    this.group = group;
  }

  public String group() {
    return group;
  }

  /** The holders of the group's partitions; empty where Kafka does not know the group. */
  public Optional<Map<TopicPartition, MemberDescription>> holders()
      throws InterruptedException, ExecutionException {
    try {
      Map<TopicPartition, MemberDescription> found = new HashMap<>();
      admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
          .flatMap(each -> each.members().stream())
          .forEach(
              member ->
                  member.assignment().topicPartitions().forEach(each -> found.put(each, member)));
      return Optional.of(found);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The topics on which the group has committed an offset or holds a partition. */
  public Set<String> topics() throws InterruptedException, ExecutionException {
    Set<String> topics = new TreeSet<>();
    holders().orElse(Map.of()).keySet().forEach(each -> topics.add(each.topic()));
    committed().keySet().forEach(each -> topics.add(each.topic()));
    return topics;
  }

  /**
   * All partitions of those of {@code topics} that are there, by topic and number. The commits are
   * read before the ends, so that no lag is too small.
   */
  public List<PartitionLag> read(Collection<String> topics)
      throws InterruptedException, ExecutionException {
    List<TopicPartition> partitions = partitions(topics);
    Map<TopicPartition, MemberDescription> holders = holders().orElse(Map.of());
    Map<TopicPartition, Long> committed = committed();
    Map<TopicPartition, PartitionEnds> ends = PartitionEnds.read(admin, partitions);
    Map<TopicPartition, Long> positions = new HashMap<>();
    ends.forEach((each, found) -> positions.put(each, found.position(committed.get(each))));
    OldestRecords.Found found = oldest.read(positions, ends);
    List<PartitionLag> lags = new ArrayList<>();
    for (TopicPartition each : partitions) {
      PartitionEnds its = ends.getOrDefault(each, new PartitionEnds(0, 0, 0));
      long position = positions.getOrDefault(each, its.end());
      boolean isDrained =
          !found.written().containsKey(each)
              && found.passed().getOrDefault(each, position) >= its.end();
      lags.add(
          new PartitionLag(
              each,
              committed.get(each),
              its,
              isDrained ? 0 : its.end() - position,
              found.written().get(each),
              holders.get(each)));
    }
    return lags;
  }

  private List<TopicPartition> partitions(Collection<String> topics)
      throws InterruptedException, ExecutionException {
    Set<String> present = new TreeSet<>(topics);
    present.retainAll(admin.listTopics().names().get());
    List<TopicPartition> partitions = new ArrayList<>();
    admin
        .describeTopics(present)
        .allTopicNames()
        .get()
        .forEach(
            (topic, described) ->
                described
                    .partitions()
                    .forEach(info -> partitions.add(new TopicPartition(topic, info.partition()))));
    partitions.sort(
        Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
    return partitions;
  }

  private Map<TopicPartition, Long> committed() throws InterruptedException, ExecutionException {
    Map<TopicPartition, Long> committed = new HashMap<>();
    for (Map.Entry<TopicPartition, OffsetAndMetadata> each :
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet()) {
      if (each.getValue() != null) {
        committed.put(each.getKey(), each.getValue().offset());
      }
    }
    return committed;
  }
}
