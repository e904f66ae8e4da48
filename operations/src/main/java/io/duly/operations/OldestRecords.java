package io.duly.operations;

import io.duly.runtime.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the first committed record at or after an offset, which offsets alone do not tell: the
 * markers of transactions and what was aborted or compacted away count as offsets too. One thread
 * at a time.
 */
public final class OldestRecords implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Consumer<byte[], byte[]> consumer;

  public OldestRecords(KafkaClients clients) {
    this.consumer = clients.reader("duly-lag");
  }

  /**
   * What was found.
   *
   * @param written when the first record of each partition that has one was written
   * @param passed up to where each partition was read
   */
  public record Found(Map<TopicPartition, Instant> written, Map<TopicPartition, Long> passed) {}

  /**
   * Reads from {@code positions}, each partition to its first record or its stable end, whichever
   * comes first; a partition for which five seconds do not suffice has neither.
   */
  public Found read(Map<TopicPartition, Long> positions, Map<TopicPartition, PartitionEnds> ends) {
    Map<TopicPartition, Instant> written = new HashMap<>();
    Map<TopicPartition, Long> passed = new HashMap<>(positions);
    Set<TopicPartition> open = new HashSet<>(positions.keySet());
    consumer.assign(open);
    positions.forEach(consumer::seek);
    long start = System.nanoTime();
    open.removeIf(each -> positions.getOrDefault(each, 0L) >= stable(ends, each));
    while (!open.isEmpty() && System.nanoTime() - start < PATIENCE.toNanos()) {
      consumer.assign(open);
      var records = consumer.poll(POLL);
      for (TopicPartition each : List.copyOf(open)) {
        List<ConsumerRecord<byte[], byte[]>> found = records.records(each);
        passed.put(each, found.isEmpty() ? consumer.position(each) : found.get(0).offset());
        if (!found.isEmpty()) {
          written.put(each, Instant.ofEpochMilli(found.get(0).timestamp()));
        }
        if (!found.isEmpty() || passed.get(each) >= stable(ends, each)) {
          open.remove(each);
        }
      }
    }
    return new Found(written, passed);
  }

  private static long stable(Map<TopicPartition, PartitionEnds> ends, TopicPartition partition) {
    PartitionEnds found = ends.get(partition);
    return found == null ? 0 : found.stable();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
