package io.duly.reconciler;

import io.duly.orders.DueRecord;
import io.duly.orders.IdType;
import io.duly.orders.Run;
import io.duly.orders.Skips;
import io.duly.orders.Strangers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accounts for each order of a run by reading anew what was published for it: each has a result of
 * the run, or a reason to have none, or was lost on the way and is queued again. Memory: one step
 * of ids. One thread.
 */
final class Completeness implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Completeness.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int STEP = 5_000;

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final IdType idType;
  private final Skips skips;
  private final Strangers strangers;

  /** Takes the {@code consumer} over, to read {@code topic}. */
  Completeness(
      Consumer<byte[], byte[]> consumer,
      String topic,
      IdType idType,
      Skips skips,
      Strangers strangers) {
    this.consumer = consumer;
    this.topic = topic;
    this.idType = idType;
    this.skips = skips;
    this.strangers = strangers;
  }

  /**
   * Looks at all orders of {@code run}, of which nothing is under way; returns how many it queued.
   */
  int check(Run run) {
    skips.forget(run.id());
    List<TopicPartition> partitions =
        IntStream.range(0, run.endOffsets().size())
            .filter(each -> start(run, each) < run.endOffsets().get(each))
            .mapToObj(each -> new TopicPartition(topic, each))
            .toList();
    int queued = isWhole(run, partitions) ? read(run, partitions) : queueByTable(run);
    if (queued > 0) {
      log.warn(
          "Orders of the run were lost on the way, queued again runId={} orders={}",
          run.id(),
          queued);
    }
    return queued;
  }

  private static long start(Run run, int partition) {
    return run.startOffsets().isEmpty() ? 0 : run.startOffsets().get(partition);
  }

  private boolean isWhole(Run run, List<TopicPartition> partitions) {
    consumer.assign(partitions);
    Map<TopicPartition, Long> earliest = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    return partitions.stream()
        .allMatch(
            each ->
                earliest.getOrDefault(each, Long.MAX_VALUE) <= start(run, each.partition())
                    && ends.getOrDefault(each, 0L) >= run.endOffsets().get(each.partition()));
  }

  private int queueByTable(Run run) {
    log.error(
        "The topic has lost records of the run: what became of its orders is told by the table alone runId={} topic={}",
        run.id(),
        topic);
    return run.lastId() == null ? 0 : skips.queueByTable(run, STEP);
  }

  private int read(Run run, List<TopicPartition> partitions) {
    int queued = 0;
    for (TopicPartition partition : partitions) {
      long end = run.endOffsets().get(partition.partition());
      consumer.assign(List.of(partition));
      consumer.seek(partition, start(run, partition.partition()));
      List<String> ids = new ArrayList<>();
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
          DueRecord.parse(each.key(), each.value(), idType)
              .filter(due -> due.runId() == run.id() && each.offset() < end)
              .ifPresent(due -> ids.add(due.orderId()));
        }
        if (ids.size() >= STEP) {
          queued += explain(run, ids);
        }
      }
      queued += explain(run, ids);
    }
    return queued;
  }

  private int explain(Run run, List<String> ids) {
    int queued = skips.explain(run.id(), ids);
    strangers
        .contradictions(ids)
        .forEach(id -> log.error("Status was changed by somebody else orderId={}", id));
    ids.clear();
    return queued;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
