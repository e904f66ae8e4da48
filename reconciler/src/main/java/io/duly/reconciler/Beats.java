package io.duly.reconciler;

import io.duly.orders.LogBeat;
import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * Heartbeats that go through the write-ahead log and come back with the changes. Their age is how
 * far the feed lags behind; on a quiet table they alone let the slot move on. Thread-safe.
 */
final class Beats {
  private static final int MISSED = 3;

  private final UUID sender = UUID.randomUUID();
  private final LogBeat.Emitter emitter;
  private final Duration interval;
  private volatile long returnedNanos = System.nanoTime();
  private volatile long tripNanos = -1;

  /** {@code name} is that of the slot. */
  Beats(Jdbi jdbi, String name, Duration interval) {
    this.emitter = new LogBeat.Emitter(jdbi, name);
    this.interval = interval;
  }

  /** Emits one; a step of a loop that rests for the interval. */
  int once() {
    emitter.emit(new LogBeat(sender, System.nanoTime()));
    return 0;
  }

  /** One came back and all changes before it are confirmed; those of others are left out. */
  void returned(LogBeat beat) {
    if (beat.sender().equals(sender)) {
      returnedNanos = beat.sentNanos();
      tripNanos = System.nanoTime() - beat.sentNanos();
    }
  }

  /** Whether one has come back at all. */
  boolean haveReturned() {
    return tripNanos >= 0;
  }

  /** All that was committed longer ago than this has been shown by the feed. */
  Duration lag() {
    return Duration.ofNanos(System.nanoTime() - returnedNanos);
  }

  /** Whether one that has come back was sent within the last three intervals. */
  boolean areFresh() {
    return haveReturned()
        && System.nanoTime() - returnedNanos <= interval.multipliedBy(MISSED).toNanos();
  }
}
