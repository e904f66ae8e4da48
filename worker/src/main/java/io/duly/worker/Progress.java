package io.duly.worker;

import io.duly.orders.DueOrder;
import io.duly.orders.ResultEvent;
import io.duly.orders.Topics;
import io.duly.runtime.Failpoint;
import io.duly.runtime.Traces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the records of the worker's partitions are done, and what the next commit tells of them.
 * Owner of the producer, through {@link Commits}: used by the poll thread only.
 */
final class Progress implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Progress.class);
  private static final long COMMIT_NANOS = Duration.ofMillis(100).toNanos();
  private static final int COMMIT_RECORDS = 2_000;

  private final Commits commits;
  private final Topics topics;
  private final Queue<Finished> finished;
  private final Offsets offsets = new Offsets();
  private List<Outgoing> outgoing = new ArrayList<>();
  private long committedNanos = System.nanoTime();
  private @Nullable Batch unsettled;

  Progress(Commits commits, Topics topics, Queue<Finished> finished) {
    this.commits = commits;
    this.topics = topics;
    this.finished = finished;
  }

  Offsets offsets() {
    return offsets;
  }

  /** Sets a record aside that is none of ours, read under {@code assignment}; its offset passes. */
  void setAside(ConsumerRecord<byte[], byte[]> record, long assignment) {
    log.warn(
        "Record is unreadable, set aside partition={} offset={}",
        record.partition(),
        record.offset());
    outgoing.add(new Outgoing(record.partition(), DeadRecords.of(record, topics.dead())));
    offsets.finished(record.partition(), record.offset(), assignment, true);
  }

  /**
   * Takes over what the other threads have finished. A result is told only together with its
   * record's offset or before it: once that has passed without, it is the reconciler's to tell.
   */
  void settle() {
    for (Finished each = finished.poll(); each != null; each = finished.poll()) {
      DueOrder due = each.due();
      if (!offsets.owns(due.partition())) {
        continue; // its new owner passes the offset, the reconciler tells the result
      }
      boolean wasInHand =
          offsets.finished(due.partition(), due.offset(), due.assignment(), each.passes());
      if (wasInHand && each.event() != null) {
        outgoing.add(new Outgoing(due.partition(), result(due, each.event())));
      }
    }
  }

  private ProducerRecord<byte[], byte[]> result(DueOrder due, ResultEvent event) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topics.results(), event.key(), event.value());
    Traces.write(due.traceparent(), record.headers());
    return record;
  }

  /** Commits where the last commit is long enough ago, or much has come together. */
  void commitWhereDue(Supplier<Consumer<byte[], byte[]>> consumer) {
    boolean isDue =
        System.nanoTime() - committedNanos >= COMMIT_NANOS || outgoing.size() >= COMMIT_RECORDS;
    if (isDue) {
      commit(consumer);
    }
  }

  /** Commits what there is; after a failure first finds out what became of the same batch. */
  void commit(Supplier<Consumer<byte[], byte[]>> consumer) {
    if (unsettled == null && outgoing.isEmpty() && !offsets.isAhead()) {
      return;
    }
    Batch batch = unsettled == null ? batch() : unsettled;
    unsettled = batch;
    boolean isDone = commits.commit(consumer.get(), batch);
    unsettled = null;
    committedNanos = System.nanoTime();
    if (isDone) {
      offsets.committed(batch.offsets());
      outgoing.removeAll(new HashSet<>(batch.records()));
      Failpoint.WORKER_COMMITTED.reach();
    }
  }

  private Batch batch() {
    Map<Integer, Long> committable = offsets.committable();
    return new Batch(
        outgoing.stream().filter(each -> committable.containsKey(each.partition())).toList(),
        committable);
  }

  /** Forgets what would have been told of {@code partitions}. */
  void forget(Set<Integer> partitions) {
    outgoing.removeIf(each -> partitions.contains(each.partition()));
  }

  /** Gives up finding out what became of the last commit, with the consumer that made it. */
  void abandon() {
    unsettled = null;
    commits.forget();
  }

  @Override
  public void close() {
    commits.close();
  }
}
