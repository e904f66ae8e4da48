package io.duly.reconciler;

import io.duly.orders.DueRecord;
import io.duly.orders.IdType;
import io.duly.orders.Run;
import io.duly.runtime.TopicRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Reads anew what was published for a run. Memory: one step of ids. One thread. */
final class RunRecords implements AutoCloseable {
  static final int STEP = 5_000;

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final IdType idType;

  /** Takes the {@code consumer} over, to read {@code topic}. */
  RunRecords(Consumer<byte[], byte[]> consumer, String topic, IdType idType) {
    this.consumer = consumer;
    this.topic = topic;
    this.idType = idType;
  }

  /** By partition where the run's records end at the latest: the end of the topic now. */
  Map<TopicPartition, Long> endsNow(Run run) {
    List<TopicPartition> partitions = partitions(run.startOffsets().size());
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

  private static long start(Run run, TopicPartition partition) {
    return run.startOffsets().isEmpty() ? 0 : run.startOffsets().get(partition.partition());
  }

  /** Whether the topic still has all records of the run up to {@code ends}. */
  boolean areWhole(Run run, Map<TopicPartition, Long> ends) {
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
