package io.duly.reconciler;

import io.duly.runtime.Backoff;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When to start again after a failure: exponential back-off with jitter, and each cause is logged
 * once in a row. One thread.
 */
final class Restarts {
  private static final Logger log = LoggerFactory.getLogger(Restarts.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(5));

  private @Nullable String cause;
  private int failures;
  private long dueNanos = System.nanoTime();

  /** It failed for {@code reason}, which a person may want to see with its {@code trace}. */
  void failed(String reason, @Nullable Throwable trace) {
    failures++;
    Duration wait = BACKOFF.after(failures, ThreadLocalRandom.current());
    dueNanos = System.nanoTime() + wait.toNanos();
    if (!reason.equals(cause)) {
      log.warn("Change feed starts anew reason={} failures={}", reason, failures, trace);
    } else {
      log.debug("Change feed starts anew reason={} failures={}", reason, failures);
    }
    cause = reason;
  }

  boolean isDue() {
    return System.nanoTime() - dueNanos >= 0;
  }

  /** All is well: the next failure is the first. */
  void well() {
    if (failures > 0) {
      log.info("Change feed is back failures={}", failures);
    }
    failures = 0;
    cause = null;
  }
}
