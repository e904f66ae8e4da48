package io.duly.reconciler;

import io.duly.orders.DueRecord;
import io.duly.orders.LogMessage;
import io.duly.orders.OrdersTable;
import io.duly.orders.Positions;
import io.duly.orders.Strangers;
import io.duly.orders.Topics;
import io.duly.orders.Witnesses;
import io.duly.runtime.Failpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins the write-ahead log with the result topic, saves which results both have shown, and
 * publishes the orders that the log says are due again. The log is acknowledged only after all that
 * is durable. Used by the reconciler's thread only.
 */
final class Confirmer {
  private static final Logger log = LoggerFactory.getLogger(Confirmer.class);
  private static final Duration WAIT = Duration.ofMillis(20);
  private static final long SAVE_NANOS = Duration.ofMillis(250).toNanos();
  private static final int SAVE_SIGHTINGS = 4_000;

  private final Jdbi jdbi;
  private final Topics topics;
  private final ChangeFeed feed;
  private final ResultReader reader;
  private final Producer<byte[], byte[]> producer;
  private final LogJoin join;
  private final Witnesses witnesses;
  private final Strangers strangers;
  private final Confirmations confirmations = new Confirmations();
  private @Nullable ChangeBatch held;
  private long savedNanos = System.nanoTime();

  Confirmer(
      Jdbi jdbi,
      OrdersTable table,
      Topics topics,
      ChangeFeed feed,
      ResultReader reader,
      Producer<byte[], byte[]> producer) {
    this.jdbi = jdbi;
    this.topics = topics;
    this.feed = feed;
    this.reader = reader;
    this.producer = producer;
    this.join = new LogJoin(table, feed.form());
    this.witnesses = new Witnesses(table);
    this.strangers = new Strangers(jdbi, table);
  }

  Confirmations confirmations() {
    return confirmations;
  }

  /** One pass over both sources; returns how many changes and events it took. */
  int once() throws Exception {
    int taken = 0;
    if (held == null && !confirmations.isFull(Witnesses.LOG)) {
      held = feed.poll(WAIT);
      if (held != null) {
        take(held);
        taken += held.changes().size();
      }
    }
    if (!confirmations.isFull(Witnesses.TOPIC)) {
      List<ResultKey> results = reader.poll(held == null ? Duration.ZERO : WAIT);
      results.forEach(key -> confirmations.seen(key, Witnesses.TOPIC));
      taken += results.size();
    }
    boolean isDue =
        System.nanoTime() - savedNanos >= SAVE_NANOS || confirmations.unsaved() >= SAVE_SIGHTINGS;
    if (isDue && (held != null || confirmations.unsaved() > 0)) {
      save();
    }
    return taken;
  }

  private void take(ChangeBatch batch) throws Exception {
    Failpoint.RECONCILER_READ.reach();
    LogJoin.Meaning meaning = join.join(batch.changes());
    meaning.results().forEach(key -> confirmations.seen(key, Witnesses.LOG));
    publish(meaning.due());
    if (!meaning.foreign().isEmpty()) {
      List<String> contradictions = strangers.contradictions(meaning.foreign());
      contradictions.forEach(id -> log.error("Status was changed by somebody else orderId={}", id));
    }
  }

  private void publish(List<LogMessage.Entry> due) throws Exception {
    if (due.isEmpty()) {
      return;
    }
    Failpoint.RECONCILER_PUBLISHING.reach();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (LogMessage.Entry each : due) {
      DueRecord record = new DueRecord(each.orderId(), each.runId());
      sent.add(producer.send(new ProducerRecord<>(topics.due(), record.key(), record.value())));
    }
    producer.flush();
    for (Future<RecordMetadata> each : sent) {
      each.get(1, TimeUnit.MINUTES);
    }
    log.info("Orders published again orders={}", due.size());
    Failpoint.RECONCILER_PUBLISHED.reach();
  }

  private void save() {
    jdbi.useTransaction(
        handle -> {
          if (confirmations.unsaved() > 0) {
            witnesses.mark(handle, confirmations.sightings());
          }
          Positions.save(handle, topics.results(), reader.positions());
        });
    confirmations.saved();
    savedNanos = System.nanoTime();
    if (held != null) {
      Failpoint.RECONCILER_SAVED.reach();
      held.acknowledge();
      held = null;
    }
  }
}
