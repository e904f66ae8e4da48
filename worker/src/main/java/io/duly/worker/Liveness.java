package io.duly.worker;

import io.duly.orders.WorkerTable;
import io.duly.orders.WorkerTable.Pulse;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows that the worker lives, and keeps it from sending when it cannot: a worker whose heartbeat
 * is older than half the time-out sends nothing, so that it is silent before others may take its
 * orders. One that was declared dead goes on under a new name, without the claims of the old one.
 * beat() belongs to one thread; the rest is thread-safe.
 */
final class Liveness {
  private static final Logger log = LoggerFactory.getLogger(Liveness.class);

  /** A name under which the worker lives, since a moment of the monotonic clock. */
  private record Life(String id, long sinceNanos) {}

  private final WorkerTable workers;
  private final String name;
  private final Duration timeout;
  private volatile Life life;
  private volatile long lastBeatNanos;

  Liveness(WorkerTable workers, String name, Duration timeout) {
    this.workers = workers;
    this.name = name;
    this.timeout = timeout;
    this.life = begin();
  }

  /** The id under which the worker claims. */
  String id() {
    return life.id();
  }

  /** Whether a request may be sent whose order was claimed at {@code claimedNanos}. */
  boolean maySend(long claimedNanos) {
    long now = System.nanoTime();
    return claimedNanos - life.sinceNanos() >= 0 && now - lastBeatNanos < timeout.toNanos() / 2;
  }

  /** Whether the database has heard of the worker within the time-out. */
  boolean isFresh() {
    return System.nanoTime() - lastBeatNanos < timeout.toNanos();
  }

  /** Shows that the worker lives; returns 0, so that its loop rests. */
  int beat(Pulse pulse) {
    long before = System.nanoTime();
    if (workers.beat(life.id(), pulse)) {
      lastBeatNanos = before;
    } else {
      log.error("This worker was declared dead and goes on under a new name worker={}", life.id());
      life = begin();
    }
    return 0;
  }

  /**
   * Each life has an id of its own, so that nobody takes the attempts of an earlier one for those
   * of a living worker.
   */
  private Life begin() {
    long before = System.nanoTime();
    String id = name + "#" + UUID.randomUUID().toString().substring(0, 8);
    if (!workers.register(id, host())) {
      throw new IllegalStateException("a worker named " + id + " lives already");
    }
    lastBeatNanos = before;
    return new Life(id, before);
  }

  void stop() {
    workers.stop(life.id());
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
