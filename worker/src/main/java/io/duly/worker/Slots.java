package io.duly.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Permits for calls at even instants. Each is good for its own slice of time only: a call that
 * misses it must not be made up for later, where it would come on top of others. Used by one
 * thread.
 */
final class Slots {
  /**
   * Lateness adds no more than this share to the calls of a second. Shorter, and a machine under
   * load would lose most of its permits.
   */
  private static final long SLICE_NANOS = Duration.ofMillis(25).toNanos();

  private final long intervalNanos;
  private long nextNanos;

  /** Slots from {@code firstNanos} on, of System.nanoTime(). */
  Slots(long firstNanos, long intervalNanos) {
    this.nextNanos = firstNanos;
    this.intervalNanos = intervalNanos;
  }

  long firstNanos() {
    return nextNanos;
  }

  /** Gives each call its slot, in their order. */
  List<Planned> grant(List<Planned> calls) {
    List<Planned> granted = new ArrayList<>(calls.size());
    for (Planned each : calls) {
      granted.add(each.permitted(nextNanos, nextNanos + SLICE_NANOS));
      nextNanos += intervalNanos;
    }
    return granted;
  }
}
