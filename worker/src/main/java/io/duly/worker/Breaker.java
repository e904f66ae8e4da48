package io.duly.worker;

import io.duly.api.ApiAnswer;
import io.duly.runtime.Backoff;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops calls during an outage of the API (the circuit breaker of M. Nygard, Release It!): opens
 * when calls fail in a row or too large a share of them does, lets single calls through after a
 * while, and closes when some of these in a row are answered. Thread-safe; all instants are of
 * System.nanoTime().
 */
final class Breaker {
  private static final Logger log = LoggerFactory.getLogger(Breaker.class);
  private static final int WINDOW = 40;
  private static final int MOST_IN_WINDOW = 20;
  private static final int PROBES = 3;
  private static final Backoff QUICK = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

  private enum State {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  private final int mostInRow;
  private final Backoff careful;
  private final Shares failures = new Shares(WINDOW);
  private State state = State.CLOSED;
  private int row;
  private int probed;
  private int openings;
  private long untilNanos;

  /**
   * A breaker that opens at {@code mostInRow} failures in a row. Where it is unknown what became of
   * calls it probes seldom, every {@code interval} in the end.
   */
  Breaker(int mostInRow, Duration interval) {
    this.mostInRow = mostInRow;
    this.careful = new Backoff(min(Duration.ofSeconds(1), interval), interval);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  /** Learns from an answer; returns whether calls have to stop now because of it. */
  synchronized boolean learn(ApiAnswer answer, long now) {
    if (answer instanceof ApiAnswer.Withheld || state == State.OPEN) {
      return false;
    }
    if (!isFailure(answer)) {
      succeeded();
      return false;
    }
    row++;
    failures.add(true);
    boolean opens =
        state == State.HALF_OPEN || row >= mostInRow || failures.count() >= MOST_IN_WINDOW;
    if (opens) {
      open(answer, now);
    }
    return opens;
  }

  private static boolean isFailure(ApiAnswer answer) {
    return answer instanceof ApiAnswer.Ambiguous
        || (answer instanceof ApiAnswer.NotExecuted no
            && !Integer.valueOf(429).equals(no.httpStatus()));
  }

  private void succeeded() {
    row = 0;
    failures.add(false);
    if (state == State.HALF_OPEN && ++probed >= PROBES) {
      state = State.CLOSED;
      openings = 0;
      log.info("The API answers again, calls go on");
    }
  }

  private void open(ApiAnswer answer, long now) {
    Backoff backoff = answer instanceof ApiAnswer.Ambiguous ? careful : QUICK;
    Duration wait = backoff.after(++openings, ThreadLocalRandom.current());
    state = State.OPEN;
    untilNanos = now + wait.toNanos();
    failures.clear();
    row = 0;
    log.warn("The API fails, calls are held back wait={} reason={}", wait, answer.reason());
  }

  /** Whether calls are held back, or let through one by one. */
  synchronized boolean isOpen() {
    return state != State.CLOSED;
  }

  /** How many orders may be claimed at {@code now}, given whether no call is under way. */
  synchronized int allows(boolean isIdle, long now) {
    if (state == State.OPEN && now - untilNanos >= 0) {
      state = State.HALF_OPEN;
      probed = 0;
    }
    return switch (state) {
      case CLOSED -> Integer.MAX_VALUE;
      case OPEN -> 0;
      case HALF_OPEN -> isIdle ? 1 : 0;
    };
  }
}
