package io.duly.runtime;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Ends a read that gets no further, such as that of a topic whose broker has gone: its thread would
 * never come back, and whoever closes it would wait for ever. Not thread-safe.
 */
public final class Standstill {
  /** For how long nothing may come. */
  static final Duration LONGEST = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;
  private long sinceNanos;

  public Standstill() {
    this(System::nanoTime);
  }

  /** {@code nanoTime} is a monotonic clock. */
  Standstill(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.sinceNanos = nanoTime.getAsLong();
  }

  /**
   * Called after each poll of {@code what}; throws IllegalStateException where none {@code
   * hasMoved} for a minute.
   */
  public void check(boolean hasMoved, Object what) {
    long now = nanoTime.getAsLong();
    if (hasMoved) {
      sinceNanos = now;
    } else if (now - sinceNanos >= LONGEST.toNanos()) {
      throw new IllegalStateException("nothing more comes of " + what + ": is its broker there?");
    }
  }
}
