package io.duly.worker;

import io.duly.runtime.Failpoint;
import io.duly.runtime.KafkaClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits offsets and sends records in one Kafka transaction. Each commit carries its number in the
 * offsets' metadata: when the outcome of a commit is unknown, the producer is replaced, which
 * settles the transaction, and the number tells what became of it. Used by the poll thread only.
 */
final class Commits implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Commits.class);
  private static final Duration AT_ONCE = Duration.ZERO;

  private final KafkaClients kafka;
  private final String transactionalId;
  private final String topic;
  private Producer<byte[], byte[]> producer;
  private long number;

  Commits(KafkaClients kafka, String workerId, String topic) {
    this.kafka = kafka;
    this.transactionalId = "duly-" + workerId;
    this.topic = topic;
    this.producer = fresh();
  }

  private Producer<byte[], byte[]> fresh() {
    Producer<byte[], byte[]> fresh = kafka.transactionalProducer(transactionalId);
    try {
      fresh.initTransactions();
      return fresh;
    } catch (RuntimeException e) {
      fresh.close(AT_ONCE);
      throw e;
    }
  }

  /**
   * Sends {@code records} and commits {@code offsets} (by partition) for the group of {@code
   * consumer}; false where nothing was done.
   */
  boolean commit(
      Consumer<byte[], byte[]> consumer, List<Outgoing> records, Map<Integer, Long> offsets) {
    number++;
    String mark = transactionalId + "/" + number;
    Map<TopicPartition, OffsetAndMetadata> marked = new HashMap<>();
    offsets.forEach(
        (partition, offset) ->
            marked.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset, mark)));
    try {
      producer.beginTransaction();
      for (Outgoing each : records) {
        var unused = producer.send(each.record());
      }
      producer.sendOffsetsToTransaction(marked, consumer.groupMetadata());
      Failpoint.WORKER_COMMITTING.reach();
      producer.commitTransaction();
      return true;
    } catch (RuntimeException e) {
      log.info("Commit failed, starting a new producer reason={}", e.toString());
      return replaced(consumer, marked, mark);
    }
  }

  private boolean replaced(
      Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, OffsetAndMetadata> marked,
      String mark) {
    producer.close(AT_ONCE);
    producer = fresh();
    return consumer.committed(marked.keySet()).values().stream()
        .filter(Objects::nonNull)
        .anyMatch(committed -> committed.metadata().equals(mark));
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
