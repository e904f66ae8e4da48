package io.duly.reconciler;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import io.duly.orders.LogBeat;
import io.duly.orders.OrdersTable;
import io.duly.orders.PublicationForm;
import io.duly.orders.Schema;
import io.duly.runtime.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write-ahead log as a queue of batches, read by Debezium from our slot: the slot alone knows
 * the position. It moves after a batch is acknowledged and its position is saved. Debezium tells of
 * its death only through a callback; {@link #failure()} does it here. Ends once and for good: after
 * a failure or close() a new feed is started. Thread-safe.
 */
final class ChangeFeed implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChangeFeed.class);
  private static final long MARK_NANOS = Duration.ofMillis(250).toNanos();
  private static final Duration CLOSE = Duration.ofSeconds(15);
  private static final Duration DIE = Duration.ofSeconds(5);
  private static final long AGAIN_MILLIS = 50;

  private final BlockingQueue<ChangeBatch> batches = new ArrayBlockingQueue<>(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicBoolean closing = new AtomicBoolean();
  private final PublicationForm form;
  private final ChangeDecoder decoder;
  private final LongConsumer positions;
  private final Consumer<LogBeat> beats;
  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
  private final Thread thread;
  private volatile @Nullable Throwable failure;
  private long markedNanos = System.nanoTime() - MARK_NANOS;

  private ChangeFeed(
      Settings settings,
      OrdersTable table,
      PublicationForm form,
      LongConsumer positions,
      Consumer<LogBeat> beats) {
    this.form = form;
    this.decoder = new ChangeDecoder(table, Schema.slot(settings));
    this.positions = positions;
    this.beats = beats;
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(FeedProperties.of(settings, table, form))
            .notifying(this::handle)
            .using(OffsetCommitPolicy.always())
            .using((DebeziumEngine.CompletionCallback) this::ended)
            .build();
    this.thread = new Thread(engine, "reconciler-changes");
    this.thread.setDaemon(true);
  }

  /**
   * Starts it. {@code positions} saves how far the log is acknowledged before the slot gets to know
   * it; {@code beats} is told the heartbeats whose batch is acknowledged.
   */
  static ChangeFeed start(
      Settings settings,
      OrdersTable table,
      PublicationForm form,
      LongConsumer positions,
      Consumer<LogBeat> beats) {
    ChangeFeed feed = new ChangeFeed(settings, table, form, positions, beats);
    feed.thread.start();
    return feed;
  }

  /** What the log gives of the rows. */
  PublicationForm form() {
    return form;
  }

  private void handle(
      List<RecordChangeEvent<SourceRecord>> records,
      DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    List<Change> changes =
        records.stream()
            .map(RecordChangeEvent::record)
            .map(decoder::decode)
            .flatMap(Optional::stream)
            .toList();
    if (!changes.isEmpty()) {
      ChangeBatch batch = new ChangeBatch(changes);
      batches.put(batch);
      batch.awaitAcknowledged();
    }
    for (Change each : changes) {
      if (each instanceof Change.Beat beat) {
        beats.accept(beat.beat());
      }
    }
    mark(records.get(records.size() - 1), committer);
  }

  /** Not each batch: what is not marked now goes with a later one, a heartbeat's at the latest. */
  private void mark(
      RecordChangeEvent<SourceRecord> last,
      DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    if (System.nanoTime() - markedNanos < MARK_NANOS) {
      return;
    }
    decoder.position(last.record()).ifPresent(positions::accept);
    committer.markProcessed(last);
    committer.markBatchFinished();
    markedNanos = System.nanoTime();
  }

  private void ended(boolean success, String message, @Nullable Throwable error) {
    failure =
        error != null
            ? error
            : new IllegalStateException(success ? "the change feed has ended" : message);
    ended.countDown();
  }

  /** The next batch, or null where none comes within {@code wait}. */
  @Nullable ChangeBatch poll(Duration wait) throws InterruptedException {
    return batches.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Why the feed ended by itself; null while it runs. */
  @Nullable Throwable failure() {
    Throwable known = failure;
    return known == null && !thread.isAlive()
        ? new IllegalStateException("the thread of the change feed has died")
        : known;
  }

  /** Takes 20 s at most, whatever state Debezium is in; a second caller waits for the first. */
  @Override
  public void close() {
    try {
      if (!closing.compareAndSet(false, true)) {
        boolean unused = closed.await(CLOSE.plus(DIE).toMillis(), TimeUnit.MILLISECONDS);
        return;
      }
      Thread closer = new Thread(this::stopEngine, "reconciler-changes-close");
      closer.setDaemon(true);
      closer.start();
      closer.join(CLOSE.toMillis());
      thread.interrupt();
      thread.join(DIE.toMillis());
      if (thread.isAlive()) {
        log.warn("The change feed does not end and is left alone");
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    } finally {
      closed.countDown();
    }
  }

  /** Debezium refuses to be closed while it starts, and while it ends by itself: then again. */
  private void stopEngine() {
    long end = System.nanoTime() + CLOSE.toNanos();
    try {
      while (ended.getCount() > 0 && System.nanoTime() < end) {
        try {
          engine.close();
          return;
        } catch (IllegalStateException e) {
          log.debug("The change feed cannot be closed yet reason={}", e.toString());
        }
        boolean unused = ended.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (IOException e) {
      log.debug("The change feed ended badly reason={}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
