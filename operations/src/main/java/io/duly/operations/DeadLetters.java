package io.duly.operations;

import io.duly.runtime.KafkaClients;
import io.duly.runtime.TopicRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Puts records that workers have set aside as unreadable back into the topic that they came from,
 * each once: what was put back is noted in the same transaction. A record that comes back again and
 * again is left where it is after so many times. One thread.
 */
public final class DeadLetters implements AutoCloseable {
  private static final int STEP = 500;
  private static final String REDRIVES = "duly-redrives";
  private static final String PARTITION = "duly-partition";
  private static final String CUT = "duly-cut-from";

  /** What the one who sets aside adds, and adds anew the next time. */
  private static final Set<String> ORIGIN =
      Set.of("duly-topic", PARTITION, "duly-offset", "duly-reason");

  /**
   * Records that were set aside since the last time.
   *
   * @param redriven put back, or to be put back
   * @param exhausted left, because they were put back often enough
   * @param cut left, because they were too large to be kept whole
   */
  public record Count(long redriven, long exhausted, long cut) {
    private Count plus(Kind kind) {
      return new Count(
          redriven + (kind == Kind.REDRIVEN ? 1 : 0),
          exhausted + (kind == Kind.EXHAUSTED ? 1 : 0),
          cut + (kind == Kind.CUT ? 1 : 0));
    }
  }

  private enum Kind {
    REDRIVEN,
    EXHAUSTED,
    CUT
  }

  private final KafkaClients kafka;
  private final Consumer<byte[], byte[]> consumer;
  private final String group;
  private final String dead;
  private final String due;
  private final int most;
  private Count count = new Count(0, 0, 0);

  /** Puts each record back at most {@code most} times. */
  public DeadLetters(Installation installation, int most) {
    this.kafka = new KafkaClients(installation.settings());
    this.group = installation.settings().text("worker.group") + "-redrive";
    this.consumer = kafka.consumer("duly-redrive", group);
    this.dead = installation.topics().dead();
    this.due = installation.topics().due();
    this.most = most;
  }

  /** What {@link #redrive} would do; changes nothing. */
  public Count plan() {
    count = new Count(0, 0, 0);
    read(record -> count = count.plus(kind(record)));
    return count;
  }

  /** Puts back what was set aside since the last time. */
  public Count redrive() {
    count = new Count(0, 0, 0);
    List<ConsumerRecord<byte[], byte[]>> step = new ArrayList<>();
    try (Producer<byte[], byte[]> producer = kafka.initializedProducer(group)) {
      read(
          record -> {
            step.add(record);
            if (step.size() >= STEP) {
              send(producer, step);
            }
          });
      send(producer, step);
    }
    return count;
  }

  private void read(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> taker) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(dead).stream()
            .map(each -> new TopicPartition(dead, each.partition()))
            .toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> from = new HashMap<>(consumer.beginningOffsets(partitions));
    consumer
        .committed(Set.copyOf(partitions))
        .forEach(
            (each, known) -> {
              if (known != null) {
                from.merge(each, known.offset(), Math::max);
              }
            });
    TopicRange.read(consumer, from, consumer.endOffsets(partitions), taker);
  }

  private void send(
      Producer<byte[], byte[]> producer, List<ConsumerRecord<byte[], byte[]>> records) {
    if (records.isEmpty()) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> passed = new HashMap<>();
    Count counted = count;
    producer.beginTransaction();
    for (ConsumerRecord<byte[], byte[]> each : records) {
      Kind kind = kind(each);
      if (kind == Kind.REDRIVEN) {
        var unused = producer.send(again(each));
      }
      counted = counted.plus(kind);
      passed.put(
          new TopicPartition(each.topic(), each.partition()),
          new OffsetAndMetadata(each.offset() + 1));
    }
    producer.sendOffsetsToTransaction(passed, consumer.groupMetadata());
    producer.commitTransaction();
    count = counted;
    records.clear();
  }

  private Kind kind(ConsumerRecord<byte[], byte[]> record) {
    if (record.headers().lastHeader(CUT) != null) {
      return Kind.CUT;
    }
    return number(record, REDRIVES, 0) >= most ? Kind.EXHAUSTED : Kind.REDRIVEN;
  }

  private ProducerRecord<byte[], byte[]> again(ConsumerRecord<byte[], byte[]> record) {
    int partition = number(record, PARTITION, -1);
    @Nullable Integer where = partition < 0 ? null : partition;
    ProducerRecord<byte[], byte[]> again =
        new ProducerRecord<>(due, where, record.key(), record.value());
    for (Header each : record.headers()) {
      if (!ORIGIN.contains(each.key()) && !each.key().equals(REDRIVES)) {
        again.headers().add(each);
      }
    }
    String redrives = Integer.toString(number(record, REDRIVES, 0) + 1);
    again.headers().add(REDRIVES, redrives.getBytes(StandardCharsets.US_ASCII));
    return again;
  }

  private static int number(ConsumerRecord<byte[], byte[]> record, String header, int without) {
    Header found = record.headers().lastHeader(header);
    String text = found == null ? "" : new String(found.value(), StandardCharsets.US_ASCII);
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : without;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
