package io.duly.reconciler;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When doubts may be looked up: at a tenth of the API's rate where it has one, and all of them
 * again only after a while that doubles each time that a walk through them has settled none. Not
 * thread-safe.
 */
final class LookupPace {
  private static final int SHARE = 10;

  private final long firstNanos;
  private final long mostNanos;
  private final double perSecond;
  private final LongSupplier nanoTime;
  private long waitNanos;
  private long nextNanos;
  private long asked;
  private long settled;

  /**
   * Waits for {@code first} to {@code most} between walks; {@code rate} is in calls per second, 0
   * for none; {@code nanoTime} is a monotonic clock.
   */
  LookupPace(Duration first, Duration most, int rate, LongSupplier nanoTime) {
    this.firstNanos = first.toNanos();
    this.mostNanos = Math.max(firstNanos, most.toNanos());
    this.perSecond = rate / (double) SHARE;
    this.nanoTime = nanoTime;
    this.waitNanos = firstNanos;
    this.nextNanos = nanoTime.getAsLong();
  }

  boolean isDue() {
    return nanoTime.getAsLong() - nextNanos >= 0;
  }

  /** So many doubts were asked for, and so many of them are settled. */
  void asked(int asked, int settled) {
    this.asked += asked;
    this.settled += settled;
    long paced = perSecond == 0 ? 0 : Math.round(asked / perSecond * 1e9);
    nextNanos = nanoTime.getAsLong() + paced;
  }

  /** All doubts were asked for; returns how long they are left alone now. */
  Duration walked() {
    boolean isIdle = asked == 0;
    waitNanos = settled > 0 || isIdle ? firstNanos : Math.min(waitNanos * 2, mostNanos);
    nextNanos = Math.max(nextNanos, nanoTime.getAsLong() + waitNanos);
    asked = 0;
    settled = 0;
    return Duration.ofNanos(waitNanos);
  }

  /** How many doubts this walk has asked for and not settled. */
  long unsettled() {
    return asked - settled;
  }
}
