package io.duly.reconciler;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many orders may be moved: so many a minute, so that a bug or a clock gone mad cannot move
 * them all. Not thread-safe.
 */
final class Budget {
  private final int perMinute;
  private final LongSupplier nanoTime;
  private double left;
  private long filledNanos;

  /** {@code nanoTime} is a monotonic clock. */
  Budget(int perMinute, LongSupplier nanoTime) {
    this.perMinute = perMinute;
    this.nanoTime = nanoTime;
    this.left = perMinute;
    this.filledNanos = nanoTime.getAsLong();
  }

  /** Takes up to {@code wanted}. */
  int take(int wanted) {
    long now = nanoTime.getAsLong();
    left =
        Math.min(
            perMinute,
            left + (now - filledNanos) * (double) perMinute / Duration.ofMinutes(1).toNanos());
    filledNanos = now;
    int taken = (int) Math.min(wanted, left);
    left -= taken;
    return taken;
  }

  void giveBack(int unused) {
    left += unused;
  }
}
