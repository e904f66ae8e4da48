package io.duly.ingest;

import io.duly.orders.DueRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;

/**
 * Publishes ids to the topic of due orders and waits until all of a page are acknowledged. Not
 * thread-safe.
 */
final class Publisher {
  private final Producer<byte[], byte[]> producer;
  private final String topic;

  Publisher(Producer<byte[], byte[]> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  /**
   * Publishes {@code ids} for run {@code runId}; returns when the brokers have them, throws where
   * one was refused.
   */
  void publish(long runId, List<String> ids)
      throws InterruptedException, ExecutionException, TimeoutException {
    List<Future<RecordMetadata>> sent = new ArrayList<>(ids.size());
    for (String id : ids) {
      DueRecord due = new DueRecord(id, runId);
      sent.add(producer.send(new ProducerRecord<>(topic, due.key(), due.value())));
    }
    producer.flush();
    for (Future<RecordMetadata> each : sent) {
      each.get(1, TimeUnit.MINUTES);
    }
  }

  int partitions() {
    List<PartitionInfo> partitions = producer.partitionsFor(topic);
    return partitions.size();
  }
}
