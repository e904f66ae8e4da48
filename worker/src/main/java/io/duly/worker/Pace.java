package io.duly.worker;

import io.duly.orders.Permits;
import java.time.Duration;
import java.util.Optional;

/**
 * The instants at which calls may start under a rate that all workers share. They lie a little
 * ahead, so that the claim fits in between and calls do not bunch. Used by the claim thread only.
 */
final class Pace {
  /** How far ahead of the clock the budget may be taken: what a worker may stall without loss. */
  private static final Duration HORIZON = Duration.ofMillis(250);

  /** No permit is taken for later than this; who waits for longer was asked to by the API. */
  static final Duration FARTHEST = HORIZON.multipliedBy(4);

  /** Time for the claim between taking permits and the first call. */
  private static final Duration LEAD = Duration.ofMillis(120);

  private final Permits permits;
  private final RemoteClock clock = new RemoteClock();
  private final double intervalNanos;

  Pace(Permits permits, double ratePerSecond) {
    this.permits = permits;
    this.intervalNanos = 1e9 / ratePerSecond;
  }

  /** How many permits to take at a time: a twentieth of a second's. */
  int portion() {
    return (int) Math.max(1, 50_000_000L / intervalNanos);
  }

  /** Takes {@code count} permits; empty where none are left now. */
  Optional<Slots> take(int count) {
    long before = System.nanoTime();
    Optional<Permits.Lease> lease =
        permits.lease(Duration.ofNanos((long) (intervalNanos * count)), HORIZON);
    long after = System.nanoTime();
    return lease.map(
        each -> {
          clock.read(each.clockMicros(), before, after);
          long first = clock.nanoTime(each.startMicros()) + LEAD.toNanos();
          return new Slots(first, (long) intervalNanos);
        });
  }
}
