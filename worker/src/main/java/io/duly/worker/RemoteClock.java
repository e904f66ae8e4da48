package io.duly.worker;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;

/**
 * Translates instants of another machine's clock into System.nanoTime(), by the quickest of the
 * last readings: the less time a reading took, the better it is known when it was made (Cristian's
 * algorithm). Not thread-safe.
 */
final class RemoteClock {
  private static final int READINGS = 30;

  /** How far System.nanoTime() was ahead of the clock, and how long the reading took. */
  private record Reading(long aheadNanos, long tookNanos) {}

  private final Deque<Reading> readings = new ArrayDeque<>();

  /** The clock showed {@code micros} somewhen between {@code before} and {@code after}. */
  void read(long micros, long before, long after) {
    long took = after - before;
    readings.add(new Reading(before + took / 2 - micros * 1000, took));
    if (readings.size() > READINGS) {
      readings.remove();
    }
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
