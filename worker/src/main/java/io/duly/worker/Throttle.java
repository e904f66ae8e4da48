package io.duly.worker;

import java.time.Duration;

/**
 * Finds the rate that the API accepts, where it turns away what is too much: unlimited until the
 * first refusal, then a little below what was accepted, then growing slowly until the next one, and
 * the faster the longer none comes. Not thread-safe; all instants are of System.nanoTime().
 */
final class Throttle {
  private static final double CUT = 0.96;
  private static final double DEEPEST_CUT = 0.85;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** Growth within a second, of the rate, right after a refusal and at most. */
  private static final double SLOWEST = 0.02;

  private static final double FASTEST = 0.5;

  /** Growth doubles when no refusal came for this long. */
  private static final double PATIENCE_NANOS = 4.0 * SECOND;

  /** Calls that were late may be made up for within this time. */
  private static final long SLACK = Duration.ofMillis(20).toNanos();

  private final Meter accepted = new Meter();
  private double perSecond = Double.POSITIVE_INFINITY;
  private long nextNanos;
  private long grownNanos;
  private long cutNanos;
  private int cuts;

  /** Calls per second that may start; infinite where nothing is known of a limit. */
  double perSecond() {
    return perSecond;
  }

  /** Whether a call may start at {@code now}, which then counts as started. */
  boolean take(long now) {
    if (perSecond == Double.POSITIVE_INFINITY) {
      return true;
    }
    grow(now);
    if (nextNanos - now > 0) {
      return false;
    }
    nextNanos = Math.max(nextNanos, now - SLACK) + (long) (SECOND / perSecond);
    return true;
  }

  /** The API took a call. */
  void accepted(long now) {
    accepted.count(now);
  }

  /** The API turned a call away as one too many. */
  void turnedAway(long now) {
    if (cuts > 0 && now - cutNanos < SECOND / 2) {
      return;
    }
    double measured = Math.max(1, accepted.perSecond(now));
    boolean first = perSecond == Double.POSITIVE_INFINITY;
    perSecond =
        CUT * (first ? measured : Math.min(perSecond, Math.max(measured, DEEPEST_CUT * perSecond)));
    perSecond = Math.max(0.5, perSecond);
    cuts++;
    cutNanos = now;
    grownNanos = now;
    nextNanos = first ? now : Math.max(nextNanos, now - SLACK);
  }

  /** Grows only while what is allowed is used. */
  private void grow(long now) {
    long elapsed = now - grownNanos;
    grownNanos = now;
    if (perSecond > 2.0 * Math.max(1, accepted.perSecond(now))) {
      return;
    }
    double doubled = SLOWEST * Math.pow(2, (now - cutNanos) / PATIENCE_NANOS);
    double growth = cuts == 1 ? FASTEST : Math.min(FASTEST, doubled);
    perSecond *= 1 + growth * Math.min(elapsed, SECOND) / SECOND;
  }
}
