package io.duly.worker;

import io.duly.api.ApiAnswer;
import java.time.Duration;

/**
 * For how long all workers wait when the API asks for it. An API that turns away what is above its
 * cap, one call in many, is no reason to stop: that call waits, and the {@link Throttle} slows the
 * rest down. All wait when the API asks for longer, is unavailable, or takes nothing any more.
 * Thread-safe.
 */
final class Patience {
  /** A wait that is left to the call alone. */
  private static final Duration SHORT = Duration.ofSeconds(2);

  private static final int IN_A_ROW = 4;
  private static final long SILENCE_NANOS = Duration.ofMillis(300).toNanos();

  private int row;
  private long acceptedNanos = System.nanoTime();

  /** The wait for everybody that {@code answer} calls for at {@code now}, of System.nanoTime(). */
  synchronized Duration after(ApiAnswer answer, long now) {
    if (!(answer instanceof ApiAnswer.NotExecuted no)) {
      if (!(answer instanceof ApiAnswer.Withheld)) {
        row = 0;
        acceptedNanos = now;
      }
      return Duration.ZERO;
    }
    row++;
    boolean isOneTooMany = Integer.valueOf(429).equals(no.httpStatus());
    boolean takesNothing = row >= IN_A_ROW && now - acceptedNanos >= SILENCE_NANOS;
    boolean isLong = no.pause().compareTo(SHORT) > 0;
    return isLong || takesNothing || !isOneTooMany ? no.pause() : Duration.ZERO;
  }
}
