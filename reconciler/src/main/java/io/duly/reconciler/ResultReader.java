package io.duly.reconciler;

import io.duly.orders.IdType;
import io.duly.orders.ResultEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the result topic, committed events only, from saved positions; partitions that are added
 * meanwhile from their beginning. What is no event of an order is left out. Not thread-safe.
 */
final class ResultReader implements AutoCloseable {
  /** The client itself asks the brokers less often. */
  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final IdType idType;
  private long lookedNanos;

  /** Starts at {@code positions} (by partition), and at the beginning where none is saved. */
  ResultReader(
      Consumer<byte[], byte[]> consumer,
      String topic,
      IdType idType,
      Map<Integer, Long> positions) {
    this.consumer = consumer;
    this.topic = topic;
    this.idType = idType;
    takePartitions();
    for (TopicPartition each : consumer.assignment()) {
      Long saved = positions.get(each.partition());
      if (saved != null) {
        consumer.seek(each, saved);
      }
    }
  }

  /** Takes the partitions that are not read yet, all at the start and later those added. */
  private void takePartitions() {
    lookedNanos = System.nanoTime();
    Set<TopicPartition> all =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .collect(Collectors.toSet());
    List<TopicPartition> fresh =
        all.stream().filter(each -> !consumer.assignment().contains(each)).toList();
    if (!fresh.isEmpty()) {
      all.addAll(consumer.assignment());
      consumer.assign(all);
      consumer.seekToBeginning(fresh);
    }
  }

  List<ResultEvent> poll(Duration wait) {
    if (System.nanoTime() - lookedNanos > LOOK_NANOS) {
      takePartitions();
    }
    List<ResultEvent> results = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      ResultEvent.parse(record.value())
          .filter(each -> each.isPossible(idType))
          .ifPresent(results::add);
    }
    return results;
  }

  String topic() {
    return topic;
  }

  /** Where reading goes on, by partition. */
  Map<Integer, Long> positions() {
    Map<Integer, Long> positions = new HashMap<>();
    consumer.assignment().forEach(each -> positions.put(each.partition(), consumer.position(each)));
    return positions;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
