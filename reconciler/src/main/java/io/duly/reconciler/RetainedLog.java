package io.duly.reconciler;

import io.duly.orders.SlotState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports how much log the server keeps for us, once for each change for worse or better. One
 * thread.
 */
final class RetainedLog {
  private static final Logger log = LoggerFactory.getLogger(RetainedLog.class);
  private static final long MARGIN = 64L << 20;

  /** How pressing it is. */
  enum Pressure {
    NONE,
    HIGH,
    LAST_MARGIN
  }

  private final long bound;
  private Pressure last = Pressure.NONE;

  /** {@code bound} bytes are too much. */
  RetainedLog(long bound) {
    this.bound = bound;
  }

  /** How pressing {@code slot} is. */
  static Pressure pressure(SlotState slot, long bound) {
    Long safe = slot.safe();
    if (slot.walStatus().equals("unreserved") || (safe != null && safe < MARGIN)) {
      return Pressure.LAST_MARGIN;
    }
    return slot.retained() > bound || slot.walStatus().equals("extended")
        ? Pressure.HIGH
        : Pressure.NONE;
  }

  /** Logs what has changed since the last call. */
  void report(SlotState slot) {
    Pressure now = pressure(slot, bound);
    if (now == last) {
      return;
    }
    last = now;
    switch (now) {
      case NONE -> log.info("Retained log is back in bounds retainedBytes={}", slot.retained());
      case HIGH ->
          log.warn(
              "The server retains much log for the reconciler status={} retainedBytes={} boundBytes={} safeBytes={}",
              slot.walStatus(),
              slot.retained(),
              bound,
              slot.safe());
      case LAST_MARGIN ->
          log.error(
              "The server is about to give up the replication slot: the reconciler must catch up or max_slot_wal_keep_size grow status={} retainedBytes={} safeBytes={}",
              slot.walStatus(),
              slot.retained(),
              slot.safe());
    }
  }
}
