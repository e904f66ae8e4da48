package io.duly.worker;

import io.duly.orders.Permits;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * The instants at which calls may start under a rate that all workers share. They lie a little
 * ahead, so that the claim fits in between and calls do not bunch. Used by the claim thread only.
 */
final class Pace {
  /** Time for the claim between taking permits and the first call. */
  private static final Duration LEAD = Duration.ofMillis(60);

  /** How far ahead of the clock the budget may be taken. */
  static final Duration HORIZON = Duration.ofMillis(60);

  private final Permits permits;
  private final long intervalNanos;

  Pace(Permits permits, int ratePerSecond) {
    this.permits = permits;
    this.intervalNanos = 1_000_000_000L / ratePerSecond;
  }

  /** How many permits to take at a time: a twentieth of a second's. */
  int portion() {
    return (int) Math.max(1, 50_000_000L / intervalNanos);
  }

  long intervalNanos() {
    return intervalNanos;
  }

  /**
   * Takes {@code count} permits: the first call may start at that instant of System.nanoTime();
   * empty where none are left now.
   */
  OptionalLong take(int count) {
    OptionalLong startsIn = permits.lease(Duration.ofNanos(intervalNanos * count), HORIZON);
    return startsIn.isEmpty()
        ? startsIn
        : OptionalLong.of(System.nanoTime() + startsIn.getAsLong() + LEAD.toNanos());
  }
}
