package io.duly.runtime;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with full jitter: a random wait between 0 and {@code min(max, first *
 * 2^failures)}.
 */
public record Backoff(Duration first, Duration max) {
  public Backoff {
    if (first.isNegative() || first.isZero() || max.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "first=" + first + " must be above 0 and at most max=" + max);
    }
  }

  /** The wait after {@code failures} failures in a row (1 or more). */
  public Duration after(int failures, RandomGenerator random) {
    long ceiling = ceiling(failures).toMillis();
    return Duration.ofMillis(1 + random.nextLong(Math.max(1, ceiling)));
  }

  Duration ceiling(int failures) {
    int doublings = Math.min(Math.max(0, failures - 1), 30);
    Duration wait = first.multipliedBy(1L << doublings);
    return wait.compareTo(max) > 0 ? max : wait;
  }
}
