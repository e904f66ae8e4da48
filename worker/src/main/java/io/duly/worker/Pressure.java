package io.duly.worker;

import io.duly.api.ApiAnswer;

/**
 * How much the API takes, learned from its answers: calls under way and calls per second. Not
 * thread-safe; all instants are of System.nanoTime().
 */
final class Pressure {
  private static final long QUICK_NANOS = 500_000_000L;

  private final Concurrency concurrency;
  private final Throttle throttle = new Throttle();
  private int underway;

  /** Moving average of the calls' durations; slow until proved otherwise. */
  private long usualNanos = 2 * QUICK_NANOS;

  Pressure(Concurrency concurrency) {
    this.concurrency = concurrency;
  }

  /** Whether a call may start at {@code now}, which is then under way until {@link #ended}. */
  boolean start(long now) {
    if (underway >= concurrency.limit() || !throttle.take(now)) {
      return false;
    }
    underway++;
    return true;
  }

  /** A call has ended that took so long. */
  void ended(ApiAnswer answer, long now, long tookNanos) {
    underway--;
    usualNanos += (tookNanos - usualNanos) / 16;
    if (answer instanceof ApiAnswer.Executed || answer instanceof ApiAnswer.Refused) {
      concurrency.grow();
      throttle.accepted(now);
    } else if (answer instanceof ApiAnswer.Ambiguous) {
      concurrency.overloaded(now);
    } else if (answer instanceof ApiAnswer.NotExecuted no && no.httpStatus() != null) {
      if (no.httpStatus() == 429) {
        concurrency.turnedAway(now);
        throttle.turnedAway(now);
      } else {
        concurrency.overloaded(now);
      }
    }
  }

  boolean isIdle() {
    return underway == 0;
  }

  /** How many more calls may be under way. */
  int free() {
    return concurrency.limit() - underway;
  }

  /** How many may be under way. */
  int limit() {
    return concurrency.limit();
  }

  /** Whether calls have lately ended soon after they began. */
  boolean isQuick() {
    return usualNanos <= QUICK_NANOS;
  }

  /** How many calls may start within a second, as far as a limit is known. */
  int withinSecond() {
    return (int) Math.max(1, Math.min(throttle.perSecond(), 1e6));
  }
}
