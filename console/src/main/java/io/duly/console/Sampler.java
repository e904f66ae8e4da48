package io.duly.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duly.operations.Installation;
import io.duly.operations.Overview;
import io.duly.runtime.Loop;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the installation once a second while somebody listens, for all listeners together, and
 * keeps what the charts show of the last quarter of an hour. Only its own thread looks; the others
 * read what it saw last, and wait for a look no longer than {@link #PATIENCE}. Thread-safe.
 */
final class Sampler implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration FRESH = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A look at a broker that does not answer takes some seconds; what is older is not told. */
  private static final Duration USABLE = Duration.ofSeconds(15);

  /** What was seen, and from when to when by the monotonic clock. */
  private record Look(ObjectNode found, long began, long ended) {
    Duration age() {
      return Duration.ofNanos(System.nanoTime() - ended);
    }
  }

  private final Overview overview;
  private final Set<Consumer<String>> listeners = ConcurrentHashMap.newKeySet();

  /** The first look is made at once: it opens the connections that visitors need not wait for. */
  private final Semaphore asked = new Semaphore(1);

  private final Rates rates = new Rates();
  private final Points points = new Points();

  /** Held to store a look, so that no waiter misses the one that it waits for. */
  private final Object stored = new Object();

  /** What was seen before is not told after a change. */
  private volatile long changed = System.nanoTime();

  private volatile @Nullable Look last;
  private final Loop looking;

  Sampler(Installation installation) {
    this.overview = new Overview(installation);
    this.looking = Loop.start("console-look", EVERY, this::look);
  }

  private int look() throws InterruptedException {
    boolean isAsked = asked.tryAcquire(EVERY.toNanos(), TimeUnit.NANOSECONDS);
    asked.drainPermits();
    if (isAsked || !listeners.isEmpty()) {
      long began = System.nanoTime();
      ObjectNode found = overview.read();
      found.put("rate", rates.add(found.path("runs"), System.nanoTime()));
      points.add(found);
      synchronized (stored) {
        last = new Look(found, began, System.nanoTime());
        stored.notifyAll();
      }
      String text = found.toString();
      listeners.forEach(each -> each.accept(text));
    }
    return 1;
  }

  /**
   * How the installation stands, as of two seconds ago at most; older where looking takes longer.
   *
   * @throws IllegalStateException where it has not been seen for 15 seconds
   */
  JsonNode latest() throws InterruptedException {
    return await().found();
  }

  private boolean isFresh(@Nullable Look look) {
    return look != null && look.age().compareTo(FRESH) < 0 && look.began() - changed >= 0;
  }

  private Look await() throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    synchronized (stored) {
      long left = PATIENCE.toMillis();
      while (!isFresh(last) && left > 0) {
        asked.release();
        stored.wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      }
    }
    Look seen = last;
    if (seen == null || seen.age().compareTo(USABLE) > 0) {
      throw new IllegalStateException("database or Kafka do not answer: see the log");
    }
    return seen;
  }

  /** The points of the charts, by column. */
  JsonNode history() {
    return points.columns();
  }

  /** Has all that is told from now on be seen after now. */
  void changed() {
    changed = System.nanoTime();
    asked.release();
  }

  /** Tells {@code listener} each look as JSON, until {@link #forget}. */
  void listen(Consumer<String> listener) {
    listeners.add(listener);
  }

  void forget(Consumer<String> listener) {
    listeners.remove(listener);
  }

  @Override
  public void close() {
    looking.close();
    overview.close();
  }
}
