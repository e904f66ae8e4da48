package io.duly.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duly.operations.Installation;
import io.duly.operations.Overview;
import io.duly.runtime.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the installation once a second while somebody listens, for all listeners together, and
 * keeps what the charts show of the last quarter of an hour. Thread-safe.
 */
final class Sampler implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration STALE = Duration.ofSeconds(2);
  private static final int KEPT = 900;

  /** One point of the charts; times of calls are null where none was made. */
  private record Point(
      double at, long results, long lag, @Nullable Double p50, @Nullable Double p99) {}

  private final Overview overview;
  private final Loop looking;
  private final Set<Consumer<String>> listeners = ConcurrentHashMap.newKeySet();
  private final Deque<Point> points = new ArrayDeque<>();
  private @Nullable ObjectNode last;
  private long lastNanos;

  Sampler(Installation installation) {
    this.overview = new Overview(installation);
    this.looking = Loop.start("console-look", EVERY, this::look);
  }

  private int look() throws InterruptedException {
    if (!listeners.isEmpty()) {
      String text = sample().toString();
      listeners.forEach(each -> each.accept(text));
    }
    return 0;
  }

  private synchronized ObjectNode sample() throws InterruptedException {
    ObjectNode found = overview.read();
    Point point = point(found);
    Point before = points.peekLast();
    double seconds = before == null ? 0 : point.at() - before.at();
    found.put(
        "rate",
        before == null || seconds <= 0
            ? 0
            : Math.max(0, (point.results() - before.results()) / seconds));
    points.add(point);
    if (points.size() > KEPT) {
      points.remove();
    }
    last = found;
    lastNanos = System.nanoTime();
    return found;
  }

  private static Point point(JsonNode found) {
    long results = 0;
    for (JsonNode run : found.path("runs")) {
      results +=
          run.path("completed").asLong()
              + run.path("failed").asLong()
              + run.path("inDoubt").asLong();
    }
    long lag = 0;
    for (JsonNode partition : found.path("lag")) {
      lag += partition.path("lag").asLong();
    }
    return new Point(
        System.currentTimeMillis() / 1e3,
        results,
        lag,
        slowest(found.path("workers"), "p50"),
        slowest(found.path("workers"), "p99"));
  }

  private static @Nullable Double slowest(JsonNode workers, String name) {
    Double slowest = null;
    for (JsonNode worker : workers) {
      JsonNode time = worker.path(name);
      if (time.isNumber()) {
        slowest = slowest == null ? time.asDouble() : Math.max(slowest, time.asDouble());
      }
    }
    return slowest;
  }

  /** How the installation stands, as of two seconds ago at most. */
  synchronized JsonNode latest() throws InterruptedException {
    ObjectNode known = last;
    boolean isFresh = System.nanoTime() - lastNanos < STALE.toNanos();
    return known != null && isFresh ? known : sample();
  }

  /** The points of the charts, by column. */
  synchronized JsonNode history() {
    ObjectNode columns = JSON.createObjectNode();
    ArrayNode at = columns.putArray("at");
    ArrayNode results = columns.putArray("results");
    ArrayNode lag = columns.putArray("lag");
    ArrayNode p50 = columns.putArray("p50");
    ArrayNode p99 = columns.putArray("p99");
    points.forEach(
        each -> {
          at.add(each.at());
          results.add(each.results());
          lag.add(each.lag());
          p50.add(each.p50());
          p99.add(each.p99());
        });
    return columns;
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
