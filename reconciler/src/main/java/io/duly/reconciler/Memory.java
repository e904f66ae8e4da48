package io.duly.reconciler;

import io.duly.orders.ForgottenRuns;
import io.duly.orders.Incarnations;
import io.duly.orders.Intent;
import io.duly.orders.Positions;
import io.duly.orders.Recollection;
import io.duly.orders.Restoration;
import io.duly.orders.ResultEvent;
import io.duly.orders.Topics;
import io.duly.runtime.Failpoint;
import io.duly.runtime.Standstill;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares a database that was restarted with what Kafka has of it, and lets workers claim there
 * only afterwards: results that were told and are not there are restored, and claims that were
 * announced and are not there are in doubt. It need not read all of the topics: how far they were
 * read is saved in the database itself now and then, and a database that remembers having saved a
 * position remembers all that was told before it, because it forgets only its latest commits. One
 * thread.
 */
final class Memory implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Memory.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Jdbi jdbi;
  private final Incarnations incarnations;
  private final Recollection recollection;
  private final Restoration restoration;
  private final ForgottenRuns runs;
  private final Consumer<byte[], byte[]> consumer;
  private final Topics topics;
  private long savedEnd = -1;

  /** Takes the {@code consumer} over, to read {@code topics}. */
  Memory(
      Jdbi jdbi,
      Incarnations incarnations,
      Recollection recollection,
      Restoration restoration,
      Consumer<byte[], byte[]> consumer,
      Topics topics) {
    this.jdbi = jdbi;
    this.incarnations = incarnations;
    this.recollection = recollection;
    this.restoration = restoration;
    this.runs = new ForgottenRuns(jdbi);
    this.consumer = consumer;
    this.topics = topics;
  }

  /** Compares the database where it is not trusted; returns how much it had forgotten. */
  int once() {
    OffsetDateTime current = incarnations.current();
    boolean trusted = incarnations.isTrusted();
    TopicPartition intents = new TopicPartition(topics.intents(), 0);
    long end = ends(List.of(intents)).getOrDefault(intents, 0L); // read before it is saved, and
    // after the server was asked for its name
    int forgotten = 0;
    if (!trusted) {
      forgotten = restoreResults() + recallClaims(intents, end);
      Failpoint.RECONCILER_RECALLED.reach();
      if (!incarnations.trust(current)) {
        return forgotten; // another restart: from the beginning
      }
      log.info("The database is trusted forgotten={}", forgotten);
    }
    save(intents, end);
    return forgotten;
  }

  private Map<TopicPartition, Long> ends(List<TopicPartition> partitions) {
    consumer.assign(partitions);
    return consumer.endOffsets(partitions);
  }

  private void save(TopicPartition intents, long end) {
    if (end == savedEnd) {
      return;
    }
    boolean saved =
        jdbi.inTransaction(
            handle -> {
              boolean trusted = Incarnations.isTrusted(handle);
              if (trusted) {
                Positions.save(handle, intents.topic(), Map.of(intents.partition(), end));
              }
              return trusted;
            });
    savedEnd = saved ? end : -1;
  }

  private int restoreResults() {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topics.results()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    int restored = read(partitions, ends(partitions), this::restore);
    if (restored > 0) {
      log.error(
          "The database has forgotten results, which are restored from the topic orders={}",
          restored);
    }
    return restored;
  }

  private int restore(List<ConsumerRecord<byte[], byte[]>> records) {
    List<ResultEvent> told = new ArrayList<>();
    Map<Long, Instant> seen = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> each : records) {
      Optional<ResultEvent> event = ResultEvent.parse(each.value());
      event.ifPresent(told::add);
      event.ifPresent(named -> seen.merge(named.runId(), time(each), Memory::earlier));
    }
    runs.add(seen);
    return restoration.restore(ActiveReconciler.NAME, told).size();
  }

  private static Instant time(ConsumerRecord<byte[], byte[]> record) {
    return Instant.ofEpochMilli(Math.max(0, record.timestamp()));
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private int recallClaims(TopicPartition intents, long end) {
    int recalled = read(List.of(intents), Map.of(intents, end), this::recall);
    if (recalled > 0) {
      log.error(
          "The database has forgotten claims: their orders are in doubt, see their attempts orders={}",
          recalled);
    }
    return recalled;
  }

  private int recall(List<ConsumerRecord<byte[], byte[]>> records) {
    List<Intent> announced = new ArrayList<>();
    Map<Long, Instant> seen = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> each : records) {
      for (Intent intent : intent(each).stream().toList()) {
        announced.add(intent);
        intent.claims().forEach(claim -> seen.merge(claim.runId(), time(each), Memory::earlier));
      }
    }
    runs.add(seen);
    return announced.stream().mapToInt(recollection::recall).sum();
  }

  /** What is no intent was not written by a worker: nothing was sent for it. */
  private static Optional<Intent> intent(ConsumerRecord<byte[], byte[]> record) {
    try {
      return Optional.of(Intent.parse(record.value()));
    } catch (UncheckedIOException e) {
      log.error(
          "A record of the topic of intents is not Duly's and is left out offset={} reason={}",
          record.offset(),
          String.valueOf(e.getCause()));
      return Optional.empty();
    }
  }

  /** Reads the partitions of one topic from their saved positions to {@code ends}. */
  private int read(
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> ends,
      ToIntFunction<List<ConsumerRecord<byte[], byte[]>>> take) {
    consumer.assign(partitions);
    seek(partitions);
    int taken = 0;
    Standstill standstill = new Standstill();
    while (partitions.stream()
        .anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      consumer.poll(POLL).forEach(records::add);
      taken += take.applyAsInt(records);
      standstill.check(!records.isEmpty(), partitions);
    }
    return taken;
  }

  /** Where to begin: what was told before is remembered. */
  private void seek(List<TopicPartition> partitions) {
    String topic = partitions.get(0).topic();
    Map<Integer, Long> positions = jdbi.withHandle(handle -> Positions.read(handle, topic));
    Map<TopicPartition, Long> earliest = consumer.beginningOffsets(partitions);
    for (TopicPartition each : partitions) {
      long saved = positions.getOrDefault(each.partition(), 0L);
      long first = earliest.getOrDefault(each, 0L);
      if (saved < first) {
        log.error(
            "Records are missing that the database may have forgotten: raise the retention of the topic topic={} from={} to={}",
            topic,
            saved,
            first);
      }
      consumer.seek(each, Math.max(saved, first));
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
