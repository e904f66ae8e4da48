package io.duly.reconciler;

import io.duly.orders.ResultEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the result topic, committed events only, from saved positions. Not thread-safe. */
final class ResultReader implements AutoCloseable {
  private final Consumer<byte[], byte[]> consumer;
  private final String topic;

  /** Starts at {@code positions} (by partition), and at the beginning where none is saved. */
  ResultReader(Consumer<byte[], byte[]> consumer, String topic, Map<Integer, Long> positions) {
    this.consumer = consumer;
    this.topic = topic;
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    List<TopicPartition> fresh = new ArrayList<>();
    for (TopicPartition each : partitions) {
      Long saved = positions.get(each.partition());
      if (saved == null) {
        fresh.add(each);
      } else {
        consumer.seek(each, saved);
      }
    }
    if (!fresh.isEmpty()) {
      consumer.seekToBeginning(fresh);
    }
  }

  List<ResultEvent> poll(Duration wait) {
    List<ResultEvent> results = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
      ResultEvent.parse(record.value()).ifPresent(results::add);
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
