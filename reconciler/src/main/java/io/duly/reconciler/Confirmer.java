package io.duly.reconciler;

import io.duly.orders.OrdersTable;
import io.duly.orders.Positions;
import io.duly.orders.Restoration;
import io.duly.orders.ResultEvent;
import io.duly.orders.ServerPin;
import io.duly.orders.Strangers;
import io.duly.orders.Witnesses;
import io.duly.runtime.Failpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  private final ServerPin server;
  private final ChangeFeed feed;
  private final ResultReader reader;
  private final DuePublisher publisher;
  private final Restoration restoration;
  private final LogJoin join;
  private final Witnesses witnesses;
  private final Strangers strangers;
  private final Confirmations confirmations = new Confirmations();
  private final List<ResultEvent> told = new ArrayList<>();
  private @Nullable ChangeBatch held;

  /** What the held changes mean; null when that is dealt with. */
  private LogJoin.@Nullable Meaning meaning;

  private long savedNanos = System.nanoTime();

  Confirmer(
      ServerPin server,
      OrdersTable table,
      ChangeFeed feed,
      ResultReader reader,
      DuePublisher publisher,
      Restoration restoration) {
    this.server = server;
    this.feed = feed;
    this.reader = reader;
    this.publisher = publisher;
    this.restoration = restoration;
    this.join = new LogJoin(table, feed.form());
    this.witnesses = new Witnesses(table);
    this.strangers = new Strangers(server.jdbi(), table);
  }

  Confirmations confirmations() {
    return confirmations;
  }

  /** One pass over both sources; returns how many changes and events it took. */
  int once() throws Exception {
    int taken = 0;
    if (held == null && !confirmations.isFull()) {
      held = feed.poll(WAIT);
      if (held != null) {
        meaning = join.join(held.changes());
        taken += held.changes().size();
      }
    }
    if (meaning != null) {
      take(meaning);
      meaning = null;
    }
    List<ResultEvent> results = reader.poll(held == null ? Duration.ZERO : WAIT);
    results.forEach(each -> confirmations.seenInTopic(ResultKey.of(each)));
    told.addAll(results);
    taken += results.size();
    boolean isDue =
        System.nanoTime() - savedNanos >= SAVE_NANOS || confirmations.unsaved() >= SAVE_SIGHTINGS;
    if (isDue && (held != null || confirmations.unsaved() > 0)) {
      save();
    }
    return taken;
  }

  /**
   * Where it throws, all of it is done again: doing it twice is harmless, passing it over is not.
   */
  private void take(LogJoin.Meaning meaning) throws Exception {
    Failpoint.RECONCILER_READ.reach();
    meaning.results().forEach(confirmations::seenInLog);
    publisher.publish(meaning.due());
    if (!meaning.foreign().isEmpty()) {
      List<Change.Row> foreign = meaning.foreign();
      List<String> contradictions =
          strangers.contradictions(
              foreign.stream().map(Change.Row::orderId).toList(),
              foreign.stream().map(Change.Row::seen).toList());
      contradictions.forEach(id -> log.error("Status was changed by somebody else orderId={}", id));
    }
  }

  /** Forgotten results are restored before the position passes their events. */
  private void save() {
    List<String> restored = restoration.restore(ActiveReconciler.NAME, told);
    restored.forEach(
        id -> log.error("The database forgot a result, which is restored orderId={}", id));
    List<Witnesses.Marked> marked = new ArrayList<>();
    server.useTransaction(
        handle -> {
          if (confirmations.unsaved() > 0) {
            marked.add(witnesses.mark(handle, confirmations.sightings()));
          }
          Positions.save(handle, reader.topic(), reader.positions());
        });
    marked.forEach(confirmations::saved);
    told.clear();
    savedNanos = System.nanoTime();
    if (held != null) {
      Failpoint.RECONCILER_SAVED.reach();
      held.acknowledge();
      held = null;
    }
  }
}
