package io.duly.reconciler;

import io.duly.orders.Purge;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks now and then through the runs that ended longer ago than attempts are kept, and purges
 * their attempts in short transactions, within a share of the time. What may not go yet is looked
 * at again in the next walk. One thread.
 */
final class Purger {
  /** Orders of a transaction. */
  static final int PAGE = 5_000;

  private static final Logger log = LoggerFactory.getLogger(Purger.class);
  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration BUDGET = Duration.ofMillis(500);

  /** It works one part in this many of the time. */
  private static final int RARELY = 5;

  private final Purge purge;
  private final Queue<Long> runs = new ArrayDeque<>();
  private @Nullable String lastId;
  private long purged;
  private long nextNanos = System.nanoTime();

  Purger(Purge purge) {
    this.purge = purge;
  }

  /** Purges for as long as its budget lasts, where it is time; returns how many attempts went. */
  int once() {
    long began = System.nanoTime();
    if (began - nextNanos < 0) {
      return 0;
    }
    if (runs.isEmpty()) {
      runs.addAll(purge.dueRuns());
    }
    int attempts = 0;
    while (!runs.isEmpty() && System.nanoTime() - began < BUDGET.toNanos()) {
      attempts += page();
    }
    purged += attempts;
    long now = System.nanoTime();
    nextNanos = now + (now - began) * (RARELY - 1);
    if (runs.isEmpty()) {
      end();
    }
    return attempts;
  }

  private int page() {
    Purge.Page page = purge.purge(runs.element(), lastId);
    lastId = page.lastId();
    if (lastId == null) {
      runs.remove();
    }
    return page.attempts();
  }

  private void end() {
    nextNanos = System.nanoTime() + EVERY.toNanos();
    if (purged > 0) {
      log.info("Old attempts are purged attempts={}", purged);
    }
    purged = 0;
  }
}
