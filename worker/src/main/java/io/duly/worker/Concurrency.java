package io.duly.worker;

import java.time.Duration;

/**
 * How many calls may be under way: shrinks when the API shows that it has too many, grows by about
 * one with each round of answers (additive increase, multiplicative decrease, as TCP's congestion
 * window, RFC 5681). Not thread-safe.
 */
final class Concurrency {
  /** Answers to calls that were under way together count once. */
  private static final long ROUND_NANOS = Duration.ofMillis(100).toNanos();

  private final int min;
  private final int max;
  private double limit;
  private long shrunkNanos;
  private boolean hasShrunk;

  /** Begins with {@code max}, and never leaves {@code min} to {@code max}. */
  Concurrency(int min, int max) {
    if (min < 1 || max < min) {
      throw new IllegalArgumentException("min=" + min + " must be 1 to max=" + max);
    }
    this.min = min;
    this.max = max;
    this.limit = max;
  }

  int limit() {
    return (int) limit;
  }

  int max() {
    return max;
  }

  /** The API took a call. */
  void grow() {
    limit = Math.min(max, limit + 1 / limit);
  }

  /** The API turned a call away at {@code now}, of System.nanoTime(). */
  void turnedAway(long now) {
    shrink(0.9, now);
  }

  /** The API did not cope with a call: no answer in time, or an error of its own. */
  void overloaded(long now) {
    shrink(0.5, now);
  }

  private void shrink(double factor, long now) {
    if (!hasShrunk || now - shrunkNanos >= ROUND_NANOS) {
      limit = Math.max(min, limit * factor);
      shrunkNanos = now;
      hasShrunk = true;
    }
  }
}
