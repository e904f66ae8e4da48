package io.duly.worker;

import io.duly.api.ApiAnswer;
import io.duly.orders.Permits;
import io.duly.runtime.Backoff;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds claiming back while the API cannot be used: it asked to wait, it cannot be reached, or it
 * refuses everybody. What one worker learns holds for all, through the shared row. Orders are never
 * failed by an outage. Thread-safe.
 */
final class Gate {
  private static final Logger log = LoggerFactory.getLogger(Gate.class);
  private static final Backoff OUTAGE = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
  private static final Duration MISCONFIGURED = Duration.ofSeconds(30);
  private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(200).toNanos();

  private final Permits permits;
  private final Duration horizon;
  private final Patience patience = new Patience();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicReference<Duration> wanted = new AtomicReference<>(Duration.ZERO);
  private boolean open = true;
  private long lookedNanos = System.nanoTime() - LOOK_AGAIN_NANOS;

  /** A gate that lets calls through which may start within {@code horizon}. */
  Gate(Permits permits, Duration horizon) {
    this.permits = permits;
    this.horizon = horizon;
  }

  /** Learns from the answer to a claim's call. Called from the API's thread; does not block. */
  void learn(Planned planned, ApiAnswer answer) {
    want(patience.after(answer, System.nanoTime()));
    if (answer instanceof ApiAnswer.NotExecuted no && no.httpStatus() == null) {
      want(OUTAGE.after(failures.incrementAndGet(), ThreadLocalRandom.current()));
    } else if (answer instanceof ApiAnswer.Misconfigured wrong) {
      log.error("The API refuses every order: mend the settings httpStatus={}", wrong.httpStatus());
      want(MISCONFIGURED);
    } else if (!(answer instanceof ApiAnswer.Withheld)) {
      failures.set(0);
    }
  }

  private void want(Duration wait) {
    wanted.accumulateAndGet(wait, (a, b) -> a.compareTo(b) >= 0 ? a : b);
  }

  /**
   * Whether orders may be claimed now. Called by the claim thread only; asks the database a few
   * times a second.
   */
  boolean isOpen() {
    Duration wait = wanted.getAndSet(Duration.ZERO);
    if (!wait.isZero()) {
      log.warn("Calls are held back wait={}", wait);
      permits.hold(wait);
      open = false;
      lookedNanos = System.nanoTime();
    }
    if (System.nanoTime() - lookedNanos >= LOOK_AGAIN_NANOS) {
      open = permits.isOpen(horizon);
      lookedNanos = System.nanoTime();
    }
    return open;
  }
}
