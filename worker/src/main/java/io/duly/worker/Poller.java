package io.duly.worker;

import io.duly.orders.DueOrder;
import io.duly.orders.DueRecord;
import io.duly.orders.IdType;
import io.duly.runtime.Failpoint;
import io.duly.runtime.Traces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads due orders, and has {@link Progress} commit those that are done. Reading of a lane stops
 * while too many of it wait. Owner of the consumer: used by the poll thread only.
 */
final class Poller implements ConsumerRebalanceListener {
  private static final Logger log = LoggerFactory.getLogger(Poller.class);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Membership membership;
  private final Progress progress;
  private final Offsets offsets;
  private final IdType idType;
  private final Intake intake;
  private final Queue<Finished> finished;
  private final BooleanSupplier isAside;
  private boolean isBroken;
  private volatile boolean isConnected;
  private Consumer<Set<Integer>> drain = partitions -> {};

  /** It stays out of the group while {@code isAside}. */
  Poller(
      Membership membership,
      Progress progress,
      IdType idType,
      Underway underway,
      BooleanSupplier isAside) {
    this.membership = membership;
    this.progress = progress;
    this.offsets = progress.offsets();
    this.idType = idType;
    this.intake = underway.intake();
    this.finished = underway.finished();
    this.isAside = isAside;
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
    isConnected = membership.isConnected();
    if (isAside.getAsBoolean()) {
      stepAside();
      return 0;
    }
    read();
    progress.settle();
    membership.throttle(intake);
    progress.commitWhereDue(this::consumer);
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
      long assignment = offsets.polled(record.partition(), record.offset());
      Optional<DueRecord> parsed = DueRecord.parse(record.key(), record.value(), idType);
      if (parsed.isPresent()) {
        due.add(
            new DueOrder(
                parsed.get().orderId(),
                parsed.get().runId(),
                record.partition(),
                record.offset(),
                assignment,
                Traces.read(record.headers())));
      } else {
        progress.setAside(record, assignment);
      }
    }
    intake.add(due);
    for (Map.Entry<TopicPartition, OffsetAndMetadata> next : records.nextOffsets().entrySet()) {
      offsets.position(next.getKey().partition(), next.getValue().offset());
    }
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
    progress.forget(partitions);
    offsets.dropped(partitions);
  }

  /** Ends the work on {@code partitions} and commits how far it came. */
  private void finish(Set<Integer> partitions) {
    intake.discard(partitions).forEach(due -> finished.add(Finished.released(due)));
    drain.accept(partitions);
    progress.settle();
    try {
      progress.commit(this::consumer);
    } catch (KafkaException e) {
      log.warn("Partitions are given up uncommitted partitions={}", partitions, e);
    }
    progress.forget(partitions);
  }

  /** Whether records of {@code partitions} are still being worked on. */
  boolean isBusy(Set<Integer> partitions) {
    progress.settle();
    return offsets.inHand(partitions) > 0;
  }

  /** Whether the worker is a member of its group, as of the last pass. Thread-safe. */
  boolean isConnected() {
    return isConnected;
  }

  private void stepAside() {
    if (membership.isJoined()) {
      finish(new HashSet<>(offsets.owned()));
      offsets.dropped(new HashSet<>(offsets.owned()));
      progress.abandon();
      membership.quit();
      log.info("Worker has left its group until offsets are moved");
    }
  }

  /** Finishes all partitions and leaves the group. */
  void close() {
    finish(new HashSet<>(offsets.owned()));
    offsets.dropped(new HashSet<>(offsets.owned()));
    leave();
    progress.close();
  }

  private void leave() {
    progress.abandon();
    membership.leave();
  }

  private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
    return partitions.stream()
        .map(TopicPartition::partition)
        .collect(Collectors.toCollection(HashSet::new));
  }
}
