package io.duly.worker;

import io.duly.orders.Permits;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls that all workers together may make on a day. What is drawn and not sent is given back,
 * but for what a worker holds when it stops or the database loses. draw() belongs to the claim
 * thread, the rest is thread-safe.
 */
final class Quota {
  private static final Logger log = LoggerFactory.getLogger(Quota.class);
  private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

  private final Permits permits;
  private final int perDay;
  private final ZoneId zone;
  private final AtomicInteger unsent = new AtomicInteger();
  private boolean isSpent;
  private long spentNanos;

  Quota(Permits permits, int perDay, ZoneId zone) {
    this.permits = permits;
    this.perDay = perDay;
    this.zone = zone;
  }

  /** The quota of the settings; null where there is none. */
  static @Nullable Quota of(Settings settings, Permits permits) {
    int perDay = settings.number("api.daily-quota");
    return perDay == 0
        ? null
        : new Quota(permits, perDay, ZoneId.of(settings.text("api.quota-zone")));
  }

  /**
   * Draws up to {@code wanted} calls of today; returns how many there are. First gives back what
   * was not sent, once: where the database does not say whether it has it, calls are lost rather
   * than made twice.
   */
  int draw(int wanted) {
    int back = unsent.getAndSet(0);
    if (back > 0) {
      permits.giveBack(back, zone);
    }
    if (wanted <= 0 || (isSpent && System.nanoTime() - spentNanos < LOOK_AGAIN_NANOS)) {
      return 0;
    }
    int drawn = permits.draw(wanted, perDay, zone);
    if (drawn == 0 && !isSpent) {
      log.info(
          "The quota of the day is spent, calls go on tomorrow quota={} zone={}", perDay, zone);
    }
    isSpent = drawn == 0;
    spentNanos = System.nanoTime();
    return drawn;
  }

  /** Takes note that {@code count} calls which were drawn are not made; does not block. */
  void giveBack(int count) {
    unsent.addAndGet(count);
  }

  /** Notices where an attempt has ended without a request. */
  void learn(Answered ended) {
    if (ended.result().calls() == 0) {
      giveBack(1);
    }
  }
}
