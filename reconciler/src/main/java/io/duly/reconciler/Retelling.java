package io.duly.reconciler;

import io.duly.orders.DueRecord;
import io.duly.orders.Results;
import io.duly.orders.Results.Stored;
import io.duly.orders.Topics;
import io.duly.runtime.Failpoint;
import io.duly.runtime.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the results whose event no worker will tell any more: the group has passed the record the
 * attempt came from, and the result topic, read up to the end it had after that was seen, does not
 * hold it. A record that was lost with its topic is passed when the group has read on in the topic
 * that took its place. Only the reconciler does this, under one transactional id, so each result is
 * told once. Used by the reconciler's thread only.
 */
final class Retelling implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Retelling.class);
  private static final long PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final int LIMIT = 5_000;

  /** The server may let others see a result this much later than the log shows it. */
  private static final long VISIBLE_NANOS = Duration.ofSeconds(30).toNanos();

  /** Results that may be told once the result topic is read up to {@code ends}. */
  private record Plan(List<Stored> results, Map<Integer, Long> ends, long madeNanos) {
    private static final Plan NONE = new Plan(List.of(), Map.of(), 0);
  }

  private final Results results;
  private final GroupProgress progress;
  private final KafkaClients kafka;
  private final Topics topics;
  private final String transactionalId;
  private @Nullable Producer<byte[], byte[]> producer;
  private Plan plan = Plan.NONE;

  Retelling(
      Results results,
      GroupProgress progress,
      KafkaClients kafka,
      Topics topics,
      String transactionalId) {
    this.results = results;
    this.progress = progress;
    this.kafka = kafka;
    this.topics = topics;
    this.transactionalId = transactionalId;
    open();
  }

  /** The producer; a new one, which ends the transaction of the one before, if there is none. */
  private Producer<byte[], byte[]> open() {
    if (producer == null) {
      producer = kafka.initializedProducer(transactionalId);
    }
    return producer;
  }

  /**
   * One pass: tells what was planned, or plans what the log alone has shown for a while; returns
   * how many were told.
   */
  int once(Confirmations confirmations, Map<Integer, Long> positions) throws Exception {
    if (!plan.results().isEmpty()) {
      boolean read =
          plan.ends().entrySet().stream()
              .allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
      return read ? tell(confirmations) : 0;
    }
    plan = plan(confirmations);
    return 0;
  }

  private Plan plan(Confirmations confirmations) throws Exception {
    long madeNanos = System.nanoTime();
    List<ResultKey> untold = confirmations.untold(PATIENCE_NANOS, LIMIT);
    if (untold.isEmpty()) {
      return Plan.NONE;
    }
    open(); // before the plan: who told meanwhile under the same id is then seen in the topic
    List<Stored> standing = standing(untold, confirmations);
    List<Stored> passed = passed(standing);
    return passed.isEmpty() ? Plan.NONE : new Plan(passed, progress.resultEnds(), madeNanos);
  }

  /** Those of {@code standing} that no worker will tell any more. */
  private List<Stored> passed(List<Stored> standing) throws Exception {
    Map<Integer, Long> committed = progress.committed();
    List<Stored> passed = new ArrayList<>();
    List<Stored> old = new ArrayList<>();
    for (Stored each : standing) {
      if (committed.getOrDefault(each.sourcePartition(), 0L) > each.sourceOffset()) {
        passed.add(each);
      } else if (each.isOld()) {
        old.add(each);
      }
    }
    if (!old.isEmpty()) {
      passed.addAll(lost(old));
    }
    return passed;
  }

  /**
   * Those of {@code old} whose records were lost with their topic. Where the group has nothing to
   * read it is given a record that only passes: what it commits then tells that nobody else will.
   */
  private List<Stored> lost(List<Stored> old) throws Exception {
    Reach reach = progress.reach();
    List<Stored> lost = new ArrayList<>();
    Map<Integer, Stored> stuck = new HashMap<>();
    for (Stored each : old) {
      if (reach.hasLost(each.sourcePartition(), each.sourceOffset())) {
        lost.add(each);
      } else if (reach.isStuck(each.sourcePartition(), each.sourceOffset())) {
        stuck.putIfAbsent(each.sourcePartition(), each);
      }
    }
    if (!stuck.isEmpty()) {
      log.warn("Results were not told and their records are gone partitions={}", stuck.keySet());
      send(stuck.values().stream().map(this::passing).toList());
    }
    return lost;
  }

  private ProducerRecord<byte[], byte[]> passing(Stored stored) {
    DueRecord due = DueRecord.ofNoRun(stored.event().orderId());
    return new ProducerRecord<>(topics.due(), stored.sourcePartition(), due.key(), due.value());
  }

  /** Those of {@code untold} that are still to be told; the others are forgotten. */
  private List<Stored> standing(List<ResultKey> untold, Confirmations confirmations) {
    List<Stored> stored =
        results.find(
            untold.stream().map(ResultKey::orderId).toList(),
            untold.stream().map(ResultKey::attempt).toList(),
            untold.stream().map(ResultKey::transition).toList());
    confirmations.known(stored.stream().filter(Stored::isTold).map(ResultKey::of).toList());
    Set<ResultKey> found = stored.stream().map(ResultKey::of).collect(Collectors.toSet());
    confirmations.gone(
        untold.stream().filter(each -> !found.contains(each)).toList(), VISIBLE_NANOS);
    return stored.stream().filter(each -> !each.isTold()).toList();
  }

  private int tell(Confirmations confirmations) {
    List<Stored> untold =
        plan.results().stream()
            .filter(each -> confirmations.isUntold(ResultKey.of(each), plan.madeNanos()))
            .toList();
    plan = Plan.NONE;
    send(untold.stream().map(this::result).toList());
    confirmations.told(untold.stream().map(ResultKey::of).toList());
    log.info("Results told that their workers could not tell results={}", untold.size());
    return untold.size();
  }

  private ProducerRecord<byte[], byte[]> result(Stored stored) {
    return new ProducerRecord<>(topics.results(), stored.event().key(), stored.event().value());
  }

  /** In one transaction; after a failure the next producer ends it. */
  private void send(List<ProducerRecord<byte[], byte[]>> records) {
    Producer<byte[], byte[]> teller = open();
    try {
      teller.beginTransaction();
      for (ProducerRecord<byte[], byte[]> each : records) {
        var unused = teller.send(each);
      }
      Failpoint.RECONCILER_TELLING.reach();
      teller.commitTransaction();
      Failpoint.RECONCILER_TOLD.reach();
    } catch (KafkaException | IllegalStateException e) {
      producer = null;
      teller.close(Duration.ZERO);
      throw e;
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(5));
    }
  }
}
