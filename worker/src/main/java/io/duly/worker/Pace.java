package io.duly.worker;

import io.duly.orders.LanePermits;
import io.duly.orders.LanePermits.Ask;
import io.duly.orders.Permits;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
  private @Nullable LanePermits lanes;

  Pace(Permits permits, double ratePerSecond) {
    this.permits = permits;
    this.intervalNanos = 1e9 / ratePerSecond;
  }

  /** How many permits to take at a time: a twentieth of a second's. */
  int portion() {
    return (int) Math.max(1, 50_000_000L / intervalNanos);
  }

  /** Shares the permits out among lanes; null where there is only one. */
  Pace among(@Nullable LanePermits shared) {
    this.lanes = shared;
    return this;
  }

  /**
   * Takes {@code count} permits for {@code lane}, of which {@code left} orders more wait here;
   * empty where none are left now or it is another lane's turn.
   */
  Optional<Slots> take(String lane, int count, int left) {
    long before = System.nanoTime();
    Optional<Permits.Lease> lease =
        lanes == null
            ? permits.lease(span(count), HORIZON)
            : lanes.lease(new Ask(lane, left, span(count), span(portion())), HORIZON);
    long after = System.nanoTime();
    return lease.map(
        each -> {
          clock.read(each.clockMicros(), before, after);
          long first = clock.nanoTime(each.startMicros()) + LEAD.toNanos();
          return new Slots(first, (long) intervalNanos);
        });
  }

  private Duration span(int count) {
    return Duration.ofNanos((long) (intervalNanos * count));
  }
}
