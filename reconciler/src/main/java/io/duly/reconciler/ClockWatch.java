package io.duly.reconciler;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For how long the database's clock is known to have gone as time does. What is older than some
 * time by that clock alone may be younger: the clock may have been put forward since. So age counts
 * only once the clock has been watched for as long. One thread.
 */
final class ClockWatch {
  private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);
  private static final Duration STEP = Duration.ofSeconds(1);

  /** What the clock showed somewhen between two instants of the monotonic clock. */
  private record Look(Instant instant, long before, long after) {
    private boolean isSlow() {
      return after - before > STEP.toNanos();
    }

    private Duration until(Look later) {
      return Duration.between(instant, later.instant);
    }

    private boolean isEven(Look later) {
      Duration least = Duration.ofNanos(later.before - after).minus(STEP);
      Duration most = Duration.ofNanos(later.after - before).plus(STEP);
      Duration advance = until(later);
      return advance.compareTo(least) >= 0 && advance.compareTo(most) <= 0;
    }
  }

  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private @Nullable Look last;
  private boolean isCertain;
  private long evenSinceNanos;

  /** {@code nanoTime} is a monotonic clock. */
  ClockWatch(InstantSource clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /**
   * Looks at the clock; false where it has not gone evenly since the last look, or nobody can tell:
   * at the first look, and while the database takes long to answer, which starts nothing anew.
   */
  boolean look() {
    long before = nanoTime.getAsLong();
    Instant instant = clock.instant();
    Look now = new Look(instant, before, nanoTime.getAsLong());
    isCertain = !now.isSlow();
    if (!isCertain) {
      return false;
    }
    Look earlier = last;
    last = now;
    boolean isEven = earlier != null && earlier.isEven(now);
    if (!isEven) {
      evenSinceNanos = now.after();
    }
    if (earlier != null && !isEven) {
      log.warn(
          "The database's clock was put forward or back, or this process was suspended: what counts by age waits advance={} elapsed={}",
          earlier.until(now),
          Duration.ofNanos(now.after() - earlier.after()));
    }
    return isEven;
  }

  /**
   * For how long the clock has gone evenly, as of the last look; not at all where that was slow.
   */
  Duration evenFor() {
    Look latest = last;
    return latest == null || !isCertain
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(0, latest.before() - evenSinceNanos));
  }
}
