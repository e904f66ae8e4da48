package io.duly.reconciler;

import io.duly.orders.WorkerTable;
import io.duly.orders.WorkerTable.Heartbeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Decides which workers are dead: those whose heartbeat stood still for the whole time-out while
 * this reconciler looked on and the database could be written to. A gap in its own looks starts the
 * watch anew, so an outage of the database kills nobody. Not thread-safe.
 */
final class DeadWorkers {
  private final Duration timeout;
  private final LongSupplier nanoTime;
  private final Map<String, Watch> watched = new HashMap<>();
  private long lastLookNanos;
  private long beganNanos;

  private record Watch(long count, long sinceNanos) {}

  /** {@code nanoTime} is a monotonic clock. */
  DeadWorkers(Duration timeout, LongSupplier nanoTime) {
    this.timeout = timeout;
    this.nanoTime = nanoTime;
    this.lastLookNanos = nanoTime.getAsLong();
    this.beganNanos = lastLookNanos;
  }

  /** For how long it has looked on without a gap. */
  Duration watchedFor() {
    return Duration.ofNanos(lastLookNanos - beganNanos);
  }

  /**
   * Looks at the heartbeats as just read; returns those that have stood still for the whole
   * time-out.
   */
  List<Heartbeat> look(List<WorkerTable.Heartbeat> alive) {
    long now = nanoTime.getAsLong();
    if (now - lastLookNanos > timeout.toNanos() / 2) {
      watched.clear();
      beganNanos = now;
    }
    lastLookNanos = now;
    List<Heartbeat> dead = new ArrayList<>();
    Map<String, Watch> next = new HashMap<>();
    for (Heartbeat each : alive) {
      Watch before = watched.get(each.workerId());
      Watch watch =
          before != null && before.count() == each.count() ? before : new Watch(each.count(), now);
      next.put(each.workerId(), watch);
      if (now - watch.sinceNanos() >= timeout.toNanos()) {
        dead.add(each);
      }
    }
    watched.clear();
    watched.putAll(next);
    return dead;
  }
}
