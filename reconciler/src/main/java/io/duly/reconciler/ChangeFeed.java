package io.duly.reconciler;

import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.duly.orders.OrdersTable;
import io.duly.runtime.Settings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write-ahead log as a queue of batches, read by Debezium from our slot: the slot alone knows
 * the position, which moves when a batch is acknowledged. Debezium tells of its death only through
 * a callback; {@link #failure()} does it here. Ends once and for good: after a failure or close() a
 * new feed is started. Thread-safe.
 */
final class ChangeFeed implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChangeFeed.class);

  private final BlockingQueue<ChangeBatch> batches = new ArrayBlockingQueue<>(1);
  private final ChangeDecoder decoder;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "reconciler-changes"));
  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
  private volatile @Nullable Throwable failure;
  private volatile boolean ended;

  private ChangeFeed(Settings settings, OrdersTable table) {
    this.decoder = new ChangeDecoder(table);
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(FeedProperties.of(settings, table))
            .notifying(this::handle)
            .using(this::ended)
            .build();
  }

  static ChangeFeed start(Settings settings, OrdersTable table) {
    ChangeFeed feed = new ChangeFeed(settings, table);
    feed.thread.execute(feed.engine);
    return feed;
  }

  private void handle(
      List<RecordChangeEvent<SourceRecord>> records,
      DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    ChangeBatch batch =
        new ChangeBatch(
            records.stream()
                .map(RecordChangeEvent::record)
                .map(decoder::decode)
                .flatMap(Optional::stream)
                .toList());
    if (!batch.changes().isEmpty()) {
      batches.put(batch);
      batch.awaitAcknowledged();
    }
    committer.markProcessed(records.get(records.size() - 1));
    committer.markBatchFinished();
  }

  private void ended(boolean success, String message, @Nullable Throwable error) {
    if (!success) {
      failure = error == null ? new IllegalStateException(message) : error;
    }
    ended = true;
  }

  /** The next batch, or null where none comes within {@code wait}. */
  @Nullable ChangeBatch poll(Duration wait) throws InterruptedException {
    return batches.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Why the feed ended by itself; null while it runs. */
  @Nullable Throwable failure() {
    return failure == null && ended
        ? new IllegalStateException("the change feed has ended")
        : failure;
  }

  @Override
  public void close() {
    try {
      engine.close();
    } catch (IOException | IllegalStateException e) {
      log.debug("The change feed had ended before it was closed reason={}", e.toString());
    }
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(30, TimeUnit.SECONDS)) {
        log.warn("The change feed does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
