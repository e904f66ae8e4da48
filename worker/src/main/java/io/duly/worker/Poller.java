package io.duly.worker;

import io.duly.orders.DueOrder;
import io.duly.orders.DueRecord;
import io.duly.orders.IdType;
import io.duly.orders.Topics;
import io.duly.runtime.Failpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads due orders, keeps track of which are done, and commits. Reading stops while too many wait.
 * Owner of the consumer and, through {@link Commits}, of the producer: used by the poll thread
 * only.
 */
final class Poller implements ConsumerRebalanceListener {
  private static final Logger log = LoggerFactory.getLogger(Poller.class);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final long COMMIT_NANOS = Duration.ofMillis(100).toNanos();
  private static final int COMMIT_RECORDS = 2_000;
  private static final int MOST_WAITING = 5_000;

  private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
  private final Commits commits;
  private final Topics topics;
  private final IdType idType;
  private final Intake intake;
  private final Queue<Finished> finished;
  private final Offsets offsets = new Offsets();
  private List<Outgoing> outgoing = new ArrayList<>();
  private long committedNanos = System.nanoTime();
  private boolean paused;
  private Consumer<Set<Integer>> drain = partitions -> {};

  Poller(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      Commits commits,
      Topics topics,
      IdType idType,
      Underway underway) {
    this.consumer = consumer;
    this.commits = commits;
    this.topics = topics;
    this.idType = idType;
    this.intake = underway.intake();
    this.finished = underway.finished();
  }

  /**
   * Starts reading; {@code drain} is called with partitions that are being taken away, and ends
   * when nothing of them is sent any more.
   */
  void subscribe(Consumer<Set<Integer>> drain) {
    this.drain = drain;
    consumer.subscribe(List.of(topics.due()), this);
  }

  /** One poll, and a commit where one is due. */
  int once() {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
    if (!records.isEmpty()) {
      Failpoint.WORKER_POLLED.reach();
    }
    take(records);
    for (Map.Entry<TopicPartition, OffsetAndMetadata> next : records.nextOffsets().entrySet()) {
      offsets.position(next.getKey().partition(), next.getValue().offset());
    }
    settle();
    boolean isDue =
        System.nanoTime() - committedNanos >= COMMIT_NANOS || outgoing.size() >= COMMIT_RECORDS;
    if (isDue && (!outgoing.isEmpty() || offsets.isAhead())) {
      commit();
    }
    throttle();
    return 1;
  }

  private void take(ConsumerRecords<byte[], byte[]> records) {
    List<DueOrder> due = new ArrayList<>(records.count());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      offsets.polled(record.partition(), record.offset());
      Optional<DueRecord> parsed = DueRecord.parse(record.key(), record.value(), idType);
      if (parsed.isPresent()) {
        due.add(
            new DueOrder(
                parsed.get().orderId(), parsed.get().runId(), record.partition(), record.offset()));
      } else {
        log.warn(
            "Record is unreadable, set aside partition={} offset={}",
            record.partition(),
            record.offset());
        outgoing.add(new Outgoing(record.partition(), DeadRecords.of(record, topics.dead())));
        offsets.finished(record.partition(), record.offset(), true);
      }
    }
    intake.add(due);
  }

  /** Takes over what the other threads have finished. */
  private void settle() {
    for (Finished each = finished.poll(); each != null; each = finished.poll()) {
      DueOrder due = each.due();
      if (!offsets.owns(due.partition())) {
        continue; // its new owner passes the offset, the reconciler tells the result
      }
      offsets.finished(due.partition(), due.offset(), each.passes());
      if (each.event() != null) {
        outgoing.add(
            new Outgoing(
                due.partition(),
                new ProducerRecord<>(topics.results(), each.event().key(), each.event().value())));
      }
    }
  }

  private void commit() {
    Map<Integer, Long> committable = offsets.committable();
    List<Outgoing> sending =
        outgoing.stream().filter(each -> committable.containsKey(each.partition())).toList();
    if (commits.commit(consumer, sending, committable)) {
      offsets.committed(committable);
      outgoing = new ArrayList<>();
      Failpoint.WORKER_COMMITTED.reach();
    }
    committedNanos = System.nanoTime();
  }

  private void throttle() {
    int waiting = intake.size();
    if (!paused && waiting > MOST_WAITING) {
      paused = true;
      consumer.pause(consumer.assignment());
    } else if (paused && waiting < MOST_WAITING / 2) {
      paused = false;
      consumer.resume(consumer.assignment());
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
    for (TopicPartition each : assigned) {
      offsets.assigned(each.partition(), consumer.position(each));
    }
    paused = false;
    consumer.resume(consumer.assignment());
    log.info("Partitions assigned partitions={}", numbers(assigned));
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    log.info("Partitions revoked partitions={}", numbers(revoked));
    Failpoint.WORKER_REVOKED.reach();
    Set<Integer> partitions = numbers(revoked);
    finish(partitions);
    offsets.dropped(partitions);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    log.warn("Partitions lost partitions={}", numbers(lost));
    Set<Integer> partitions = numbers(lost);
    intake.discard(partitions);
    outgoing.removeIf(each -> partitions.contains(each.partition()));
    offsets.dropped(partitions);
  }

  /** Ends the work on {@code partitions} and commits how far it came. */
  private void finish(Set<Integer> partitions) {
    intake.discard(partitions).forEach(due -> finished.add(Finished.released(due)));
    drain.accept(partitions);
    settle();
    if (!outgoing.isEmpty() || offsets.isAhead()) {
      commit();
    }
    outgoing.removeIf(each -> partitions.contains(each.partition()));
  }

  /** Whether records of {@code partitions} are still being worked on. */
  boolean isBusy(Set<Integer> partitions) {
    settle();
    return offsets.inHand(partitions) > 0;
  }

  /** Finishes all partitions and leaves the group. */
  void close() {
    finish(new HashSet<>(offsets.owned()));
    offsets.dropped(new HashSet<>(offsets.owned()));
    consumer.close();
    commits.close();
  }

  private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream()
        .map(TopicPartition::partition)
        .collect(Collectors.toCollection(HashSet::new));
  }
}
