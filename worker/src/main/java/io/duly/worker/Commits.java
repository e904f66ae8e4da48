package io.duly.worker;

import io.duly.runtime.Failpoint;
import io.duly.runtime.KafkaClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits offsets and sends records in one Kafka transaction. Each commit carries its number in the
 * offsets' metadata: when the outcome of a commit is unknown, the producer is replaced, which
 * settles the transaction, and the number tells what became of it. Used by the poll thread only.
 */
final class Commits implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Commits.class);

  private final KafkaClients kafka;
  private final String transactionalId;
  private final String topic;

  /** No earlier process that had the same transactional id has left a mark that begins with it. */
  private final String marks = UUID.randomUUID() + "/";

  private @Nullable Producer<byte[], byte[]> producer;
  private @Nullable String unclear;
  private long number;

  Commits(KafkaClients kafka, String transactionalId, String topic) {
    this.kafka = kafka;
    this.transactionalId = transactionalId;
    this.topic = topic;
    open();
  }

  /** The producer; a new one, which ends the transaction of the one before, if there is none. */
  private Producer<byte[], byte[]> open() {
    if (producer == null) {
      producer = kafka.initializedProducer(transactionalId);
    }
    return producer;
  }

  /**
   * Sends and commits {@code batch} for the group of {@code consumer}; false where nothing was
   * done. Where it throws, the outcome is unknown: the next call, to be made with the same batch,
   * only finds it out.
   */
  boolean commit(Consumer<byte[], byte[]> consumer, Batch batch) {
    if (unclear != null) {
      return isCommitted(consumer, batch, unclear);
    }
    ConsumerGroupMetadata member = consumer.groupMetadata();
    if (member.generationId() < 0) {
      return false; // no member at the moment, and the broker would let such a commit pass
      // unchecked
    }
    Producer<byte[], byte[]> open = open();
    String mark = marks + ++number;
    try {
      open.beginTransaction();
      batch
          .records()
          .forEach(
              each -> {
                var unused = open.send(each.record());
              });
      open.sendOffsetsToTransaction(marked(batch.offsets(), mark), member);
      Failpoint.WORKER_COMMITTING.reach();
      open.commitTransaction();
      return true;
    } catch (KafkaException | IllegalStateException e) {
      log.info("Commit failed, starting a new producer reason={}", e.toString());
      open.close(Duration.ZERO);
      producer = null;
      unclear = mark;
      return isCommitted(consumer, batch, mark);
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> marked(Map<Integer, Long> offsets, String mark) {
    Map<TopicPartition, OffsetAndMetadata> marked = new HashMap<>();
    offsets.forEach(
        (partition, offset) ->
            marked.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset, mark)));
    return marked;
  }

  /** The partitions that went meanwhile are left out: others may have committed over the mark. */
  private boolean isCommitted(Consumer<byte[], byte[]> consumer, Batch batch, String mark) {
    open();
    Set<TopicPartition> asked = new HashSet<>(marked(batch.offsets(), mark).keySet());
    asked.retainAll(consumer.assignment());
    boolean isCommitted =
        !asked.isEmpty()
            && consumer.committed(asked).values().stream()
                .filter(Objects::nonNull)
                .anyMatch(committed -> committed.metadata().equals(mark));
    unclear = null;
    return isCommitted;
  }

  /** Gives up finding out what became of a commit: nobody waits for it any more. */
  void forget() {
    unclear = null;
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(5));
    }
  }
}
