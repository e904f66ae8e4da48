package io.duly.worker;

import io.duly.orders.WorkerTable;
import io.duly.orders.WorkerTable.Pulse;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows that the worker lives, and keeps it from sending when it cannot: a worker whose heartbeat
 * is older than half the time-out, by either clock, sends nothing, so that it is silent before
 * others may take its orders, also where its machine was suspended. One that was declared dead goes
 * on under a new name, without the claims of the old one. beat() belongs to one thread; the rest is
 * thread-safe.
 */
final class Liveness {
  private static final Logger log = LoggerFactory.getLogger(Liveness.class);

  /** A name under which the worker lives, since a moment of the monotonic clock. */
  private record Life(String id, long sinceNanos) {}

  private final WorkerTable workers;
  private final String name;
  private final Duration timeout;
  private volatile Life life;
  private final InstantSource time;
  private volatile Moment lastBeat;

  Liveness(WorkerTable workers, String name, Duration timeout, InstantSource time) {
    this.workers = workers;
    this.name = name;
    this.timeout = timeout;
    this.time = time;
    this.lastBeat = now();
    this.life = begin();
  }

  /** This moment, by the clocks that sending is judged by. */
  Moment now() {
    return Moment.now(time);
  }

  /** The id under which the worker claims. */
  String id() {
    return life.id();
  }

  /** Whether a request may be sent whose order was claimed at {@code claimedNanos}. */
  boolean maySend(long claimedNanos) {
    return claimedNanos - life.sinceNanos() >= 0 && lastBeat.isWithin(timeout.dividedBy(2), now());
  }

  /** Whether the database has heard of the worker within the time-out. */
  boolean isFresh() {
    return lastBeat.isWithin(timeout, now());
  }

  /** Shows that the worker lives; returns 0, so that its loop rests. */
  int beat(Pulse pulse) {
    Moment before = now();
    if (workers.beat(life.id(), pulse)) {
      lastBeat = before;
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
    Moment before = now();
    String id = name + "#" + UUID.randomUUID().toString().substring(0, 8);
    if (!workers.register(id, host())) {
      throw new IllegalStateException("a worker named " + id + " lives already");
    }
    lastBeat = before;
    return new Life(id, before.nanos());
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
