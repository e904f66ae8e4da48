package io.duly.worker;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Translates instants of another machine's clock into System.nanoTime(), by the quickest of the
 * last readings: the less time a reading took, the better it is known when it was made (Cristian's
 * algorithm). Readings from before that clock was put forward or back count no more. Not
 * thread-safe.
 */
final class RemoteClock {
  private static final Logger log = LoggerFactory.getLogger(RemoteClock.class);
  private static final int READINGS = 30;
  private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How far System.nanoTime() was ahead of the clock, and how long the reading took. */
  private record Reading(long aheadNanos, long tookNanos) {}

  private final Deque<Reading> readings = new ArrayDeque<>();

  /** The clock showed {@code micros} somewhen between {@code before} and {@code after}. */
  void read(long micros, long before, long after) {
    long took = after - before;
    Reading reading = new Reading(before + took / 2 - micros * 1000, took);
    Reading last = readings.peekLast();
    if (last != null && isStep(reading, last)) {
      log.warn(
          "The database's clock was put forward or back seconds={}",
          TimeUnit.NANOSECONDS.toSeconds(last.aheadNanos() - reading.aheadNanos()));
      readings.clear();
    }
    readings.add(reading);
    if (readings.size() > READINGS) {
      readings.remove();
    }
  }

  private static boolean isStep(Reading one, Reading other) {
    long unknown = (one.tookNanos() + other.tookNanos()) / 2;
    return Math.abs(one.aheadNanos() - other.aheadNanos()) > STEP_NANOS + unknown;
  }

  /** The System.nanoTime() at which the clock shows {@code micros}; to be read first. */
  long nanoTime(long micros) {
    return micros * 1000
        + readings.stream()
            .min(Comparator.comparingLong(Reading::tookNanos))
            .orElseThrow()
            .aheadNanos();
  }
}
