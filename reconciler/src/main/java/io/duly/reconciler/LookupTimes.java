package io.duly.reconciler;

import io.duly.orders.Maintenance;
import io.duly.orders.Pauses;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the API may be asked what became of orders: not in its maintenance, and not while a person
 * is needed to let calls go on. A pause that ends by itself holds no lookup back: it ends when the
 * API accepts an order, and where all orders left are in doubt, lookups are what goes on. One
 * thread.
 */
final class LookupTimes {
  private static final Logger log = LoggerFactory.getLogger(LookupTimes.class);

  private final Pauses pauses;
  private final Maintenance maintenance;
  private final Duration longest;
  private final InstantSource time;
  private boolean wasAllowed = true;

  /** For lookups that take {@code longest} at most. */
  LookupTimes(Pauses pauses, Maintenance maintenance, Duration longest, InstantSource time) {
    this.pauses = pauses;
    this.maintenance = maintenance;
    this.longest = longest;
    this.time = time;
  }

  /** Whether a lookup may start now. */
  boolean allow() {
    boolean isAllowed =
        maintenance.allows(time.instant(), longest)
            && pauses.current().map(Pauses.Pause::probes).orElse(true);
    if (isAllowed != wasAllowed) {
      log.info("Lookups {}", isAllowed ? "go on" : "rest: calls are paused or held back");
      wasAllowed = isAllowed;
    }
    return isAllowed;
  }
}
