package io.duly.reconciler;

import io.duly.orders.DueRecord;
import io.duly.orders.IdType;
import io.duly.orders.Run;
import io.duly.runtime.TopicRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Reads anew what was published for a run. Memory: one step of ids. One thread. */
final class RunRecords implements AutoCloseable {
  static final int STEP = 5_000;

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final IntSupplier partitionsNow;
  private final IdType idType;

  /**
   * Takes the {@code consumer} over, to read {@code topic}, which has as many partitions as {@code
   * partitionsNow} says: more than at the beginning of a run where some were added meanwhile.
   */
  RunRecords(
      Consumer<byte[], byte[]> consumer, String topic, IntSupplier partitionsNow, IdType idType) {
    this.consumer = consumer;
    this.topic = topic;
    this.partitionsNow = partitionsNow;
    this.idType = idType;
  }

  /**
   * By partition where the run's records end at the latest: the end of the topic now. Empty where
   * no ingest has begun to publish it.
   */
  Map<TopicPartition, Long> endsNow(Run run) {
    if (run.startOffsets().isEmpty()) {
      return Map.of();
    }
    List<TopicPartition> partitions = partitions(partitionsNow.getAsInt());
    consumer.assign(partitions);
    return consumer.endOffsets(partitions);
  }

  /** By partition where the run's records end, as its ingest has saved it. */
  Map<TopicPartition, Long> ends(Run run) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    partitions(run.endOffsets().size())
        .forEach(each -> ends.put(each, run.endOffsets().get(each.partition())));
    return ends;
  }

  private List<TopicPartition> partitions(int count) {
    return IntStream.range(0, count).mapToObj(each -> new TopicPartition(topic, each)).toList();
  }

  /** A partition that was added after the run's beginning has had nothing before it. */
  private static long start(Run run, TopicPartition partition) {
    List<Long> starts = run.startOffsets();
    return partition.partition() < starts.size() ? starts.get(partition.partition()) : 0;
  }

  /** Whether the topic still has all records of the run up to {@code ends}. */
  boolean areWhole(Run run, Map<TopicPartition, Long> ends) {
    int present = partitionsNow.getAsInt();
    if (!ends.keySet().stream().allMatch(each -> each.partition() < present)
        || !haveGrown(run, ends)) {
      return false;
    }
    List<TopicPartition> filled = filled(run, ends);
    consumer.assign(filled); // it warns of ends of partitions that it does not have
    Map<TopicPartition, Long> earliest = consumer.beginningOffsets(filled);
    Map<TopicPartition, Long> latest = consumer.endOffsets(filled);
    return filled.stream()
        .allMatch(
            each ->
                earliest.getOrDefault(each, Long.MAX_VALUE) <= start(run, each)
                    && latest.getOrDefault(each, 0L) >= ends.getOrDefault(each, 0L));
  }

  /** A topic that was made anew may end before the run's beginning, or have fewer partitions. */
  private boolean haveGrown(Run run, Map<TopicPartition, Long> ends) {
    return partitions(run.startOffsets().size()).stream()
        .allMatch(each -> ends.getOrDefault(each, -1L) >= start(run, each));
  }

  private static List<TopicPartition> filled(Run run, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .filter(each -> start(run, each.getKey()) < each.getValue())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Gives the ids of the run's records up to {@code ends} to {@code taker}, in steps. */
  void read(
      Run run, Map<TopicPartition, Long> ends, java.util.function.Consumer<List<String>> taker) {
    Map<TopicPartition, Long> starts = new HashMap<>();
    ends.keySet().forEach(each -> starts.put(each, start(run, each)));
    List<String> ids = new ArrayList<>();
    TopicRange.read(
        consumer,
        starts,
        ends,
        record ->
            DueRecord.parse(record.key(), record.value(), idType)
                .filter(due -> due.runId() == run.id())
                .ifPresent(
                    due -> {
                      ids.add(due.orderId());
                      if (ids.size() >= STEP) {
                        taker.accept(List.copyOf(ids));
                        ids.clear();
                      }
                    }));
    taker.accept(ids);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
