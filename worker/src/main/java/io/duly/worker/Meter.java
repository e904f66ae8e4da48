package io.duly.worker;

import java.time.Duration;

/** Counts what happened in the last second, to a tenth. Not thread-safe. */
final class Meter {
  private static final long TENTH = Duration.ofMillis(100).toNanos();

  private final int[] counts = new int[10];
  private long latest = Long.MIN_VALUE;

  /** Counts one at {@code now}, of System.nanoTime(). */
  void count(long now) {
    turn(now);
    counts[Math.floorMod(latest, 10)]++;
  }

  /** How many were counted in the second before {@code now}. */
  int perSecond(long now) {
    turn(now);
    int sum = 0;
    for (int each : counts) {
      sum += each;
    }
    return sum;
  }

  private void turn(long now) {
    long tenth = Math.floorDiv(now, TENTH);
    for (long each = Math.max(latest + 1, tenth - 9); each <= tenth; each++) {
      counts[Math.floorMod(each, 10)] = 0;
    }
    latest = Math.max(latest, tenth);
  }
}
