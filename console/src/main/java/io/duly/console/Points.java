package io.duly.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What the charts show of the last looks, a quarter of an hour of them. Thread-safe. */
final class Points {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KEPT = 900;

  /** One point of the charts; times of calls are null where none was made. */
  private record Point(
      double at, double rate, long lag, @Nullable Double p50, @Nullable Double p99) {}

  private final Deque<Point> points = new ArrayDeque<>();

  /** Keeps what a look with its rate has found. */
  synchronized void add(JsonNode found) {
    long lag = 0;
    for (JsonNode partition : found.path("lag")) {
      lag += partition.path("lag").asLong();
    }
    points.add(
        new Point(
            Instant.parse(found.path("at").asText()).toEpochMilli() / 1e3,
            found.path("rate").asDouble(),
            lag,
            slowest(found.path("workers"), "p50"),
            slowest(found.path("workers"), "p99")));
    if (points.size() > KEPT) {
      points.remove();
    }
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

  /** The points by column. */
  synchronized JsonNode columns() {
    ObjectNode columns = JSON.createObjectNode();
    ArrayNode at = columns.putArray("at");
    ArrayNode rate = columns.putArray("rate");
    ArrayNode lag = columns.putArray("lag");
    ArrayNode p50 = columns.putArray("p50");
    ArrayNode p99 = columns.putArray("p99");
    points.forEach(
        each -> {
          at.add(each.at());
          rate.add(each.rate());
          lag.add(each.lag());
          p50.add(each.p50());
          p99.add(each.p99());
        });
    return columns;
  }
}
