package io.duly.worker;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A moment by two clocks: System.nanoTime(), which stands still while a machine is suspended, and
 * the time of day, which may be put forward or back.
 */
record Moment(long nanos, Instant timeOfDay) {
  static Moment now(InstantSource time) {
    return new Moment(System.nanoTime(), time.instant());
  }

  /**
   * Whether {@code later} comes before {@code time} is over by either clock. A time of day that is
   * put forward ends it early, one that is put back changes nothing.
   */
  boolean isWithin(Duration time, Moment later) {
    return later.nanos - nanos < time.toNanos()
        && Duration.between(timeOfDay, later.timeOfDay).compareTo(time) < 0;
  }
}
