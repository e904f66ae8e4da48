package io.duly.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** Reads the records of partitions from one offset to another. */
public final class TopicRange {
  private static final Duration POLL = Duration.ofMillis(200);

  private TopicRange() {}

  /**
   * Gives the records at {@code from} and after, before {@code until}, to {@code taker}; a
   * partition without both is left out. All partitions are read side by side, as a fetch at the end
   * of one would hold up the next. Memory: one poll.
   *
   * @throws IllegalStateException where nothing more comes for a minute
   */
  public static void read(
      Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> from,
      Map<TopicPartition, Long> until,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> taker) {
    List<TopicPartition> open = new ArrayList<>();
    from.forEach(
        (each, offset) -> {
          if (offset < until.getOrDefault(each, 0L)) {
            open.add(each);
          }
        });
    consumer.assign(open);
    consumer.resume(open);
    open.forEach(each -> consumer.seek(each, from.getOrDefault(each, 0L)));
    Standstill standstill = new Standstill();
    while (!open.isEmpty()) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> each : records) {
        TopicPartition partition = new TopicPartition(each.topic(), each.partition());
        if (each.offset() < until.getOrDefault(partition, 0L)) {
          taker.accept(each);
        }
      }
      List<TopicPartition> read =
          open.stream()
              .filter(each -> consumer.position(each) >= until.getOrDefault(each, 0L))
              .toList();
      standstill.check(!records.isEmpty() || !read.isEmpty(), open);
      consumer.pause(read);
      open.removeAll(read);
    }
  }
}
