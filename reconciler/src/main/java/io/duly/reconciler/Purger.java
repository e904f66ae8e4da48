package io.duly.reconciler;

import io.duly.orders.Notifications;
import io.duly.orders.Purge;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks now and then through the runs that ended longer ago than attempts are kept, and purges
 * their attempts in short transactions, within a share of the time; notifications that are as old
 * go as well. What may not go yet, or cannot, is looked at again in the next walk. One thread.
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
  private final Notifications notifications;
  private final Duration retention;
  private final Queue<Long> runs = new ArrayDeque<>();
  private @Nullable String lastId;
  private long purged;
  private long nextNanos = System.nanoTime();

  /** {@code retention} is that of {@code purge}, and of the notifications. */
  Purger(Purge purge, Notifications notifications, Duration retention) {
    this.purge = purge;
    this.notifications = notifications;
    this.retention = retention;
  }

  /**
   * Purges for as long as its budget lasts, where it is time; returns how many attempts went. A run
   * that cannot be purged is named in what is thrown, and holds up no other.
   */
  int once() {
    long began = System.nanoTime();
    if (began - nextNanos < 0) {
      return 0;
    }
    if (runs.isEmpty()) {
      runs.addAll(purge.dueRuns());
      int unused = notifications.purge(retention, PAGE);
    }
    int attempts = 0;
    try {
      while (!runs.isEmpty() && System.nanoTime() - began < BUDGET.toNanos()) {
        attempts += page();
      }
    } finally {
      purged += attempts;
      long now = System.nanoTime();
      nextNanos = now + (now - began) * (RARELY - 1);
      if (runs.isEmpty()) {
        end();
      }
    }
    return attempts;
  }

  private int page() {
    long run = runs.element();
    try {
      Purge.Page page = purge.purge(run, lastId);
      lastId = page.lastId();
      if (lastId == null) {
        runs.remove();
      }
      return page.attempts();
    } catch (RuntimeException e) {
      runs.remove();
      lastId = null;
      throw new IllegalStateException(
          "run " + run + " cannot be purged, which is tried again in the next walk: " + e, e);
    }
  }

  private void end() {
    nextNanos = System.nanoTime() + EVERY.toNanos();
    if (purged > 0) {
      log.info("Old attempts are purged attempts={}", purged);
    }
    purged = 0;
  }
}
