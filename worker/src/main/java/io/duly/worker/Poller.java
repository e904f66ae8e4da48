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
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
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

  private final Membership membership;
  private final Commits commits;
  private final Topics topics;
  private final IdType idType;
  private final Intake intake;
  private final Queue<Finished> finished;
  private final Offsets offsets = new Offsets();
  private List<Outgoing> outgoing = new ArrayList<>();
  private long committedNanos = System.nanoTime();
  private boolean isBroken;
  private @Nullable Batch unsettled;
  private Consumer<Set<Integer>> drain = partitions -> {};

  Poller(Membership membership, Commits commits, Topics topics, IdType idType, Underway underway) {
    this.membership = membership;
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
    var unused = consumer();
  }

  private org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer() {
    return membership.joined(this);
  }

  /**
   * One poll, and a commit where one is due. After a failure that the consumer does not survive its
   * partitions count as lost, and the next pass joins with a new one.
   */
  int once() {
    read();
    settle();
    membership.throttle(intake.size());
    boolean isDue =
        System.nanoTime() - committedNanos >= COMMIT_NANOS || outgoing.size() >= COMMIT_RECORDS;
    if (isDue) {
      commit();
    }
    return 1;
  }

  private void read() {
    boolean isRead = false;
    try {
      ConsumerRecords<byte[], byte[]> records = consumer().poll(POLL);
      isRead = !records.isEmpty();
      if (isRead) {
        Failpoint.WORKER_POLLED.reach();
      }
      take(records);
    } catch (RuntimeException e) {
      // records that were read and not taken would never be read again
      if (isRead || isBroken || !Membership.isSurvived(e)) {
        log.warn("Consumer is replaced reason={}", e.toString());
        isBroken = false;
        lose(new HashSet<>(offsets.owned()));
        leave();
      }
      throw e;
    }
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
    for (Map.Entry<TopicPartition, OffsetAndMetadata> next : records.nextOffsets().entrySet()) {
      offsets.position(next.getKey().partition(), next.getValue().offset());
    }
  }

  /**
   * Takes over what the other threads have finished. A result is told only together with its
   * record's offset or before it: once that has passed without, it is the reconciler's to tell.
   */
  private void settle() {
    for (Finished each = finished.poll(); each != null; each = finished.poll()) {
      DueOrder due = each.due();
      if (!offsets.owns(due.partition())) {
        continue; // its new owner passes the offset, the reconciler tells the result
      }
      boolean wasInHand = offsets.finished(due.partition(), due.offset(), each.passes());
      if (wasInHand && each.event() != null) {
        outgoing.add(
            new Outgoing(
                due.partition(),
                new ProducerRecord<>(topics.results(), each.event().key(), each.event().value())));
      }
    }
  }

  /** Commits what there is; after a failure first finds out what became of the same batch. */
  private void commit() {
    if (unsettled == null && outgoing.isEmpty() && !offsets.isAhead()) {
      return;
    }
    Batch batch = unsettled == null ? batch() : unsettled;
    unsettled = batch;
    boolean isDone = commits.commit(consumer(), batch);
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

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
    isBroken = true; // until it is through: a half-told assignment would stall its partitions
    var consumer = consumer();
    for (TopicPartition each : assigned) {
      offsets.assigned(each.partition(), consumer.position(each));
    }
    membership.resume();
    isBroken = false;
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
    lose(numbers(lost));
  }

  private void lose(Set<Integer> partitions) {
    intake.discard(partitions);
    outgoing.removeIf(each -> partitions.contains(each.partition()));
    offsets.dropped(partitions);
  }

  /** Ends the work on {@code partitions} and commits how far it came. */
  private void finish(Set<Integer> partitions) {
    intake.discard(partitions).forEach(due -> finished.add(Finished.released(due)));
    drain.accept(partitions);
    settle();
    try {
      commit();
    } catch (KafkaException e) {
      log.warn("Partitions are given up uncommitted partitions={}", partitions, e);
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
    leave();
    commits.close();
  }

  private void leave() {
    unsettled = null;
    commits.forget();
    membership.leave();
  }

  private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream()
        .map(TopicPartition::partition)
        .collect(Collectors.toCollection(HashSet::new));
  }
}
