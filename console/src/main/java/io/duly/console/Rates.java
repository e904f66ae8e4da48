package io.duly.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * How fast each run gets results: a run's own rate is that of the last ten seconds, so that an ETA
 * made from it is steady; the rate of all is that since the look before. One thread.
 */
final class Rates {
  private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

  /** Results by run, at a time of the monotonic clock. */
  private record Sample(long nanos, Map<Long, Long> results) {
    /** Results a second of run {@code id} from {@code before} till here; 0 where it is new. */
    double since(Sample before, long id) {
      Long now = results.get(id);
      Long then = before.results.get(id);
      double seconds = (nanos - before.nanos) / 1e9;
      return now == null || then == null || seconds <= 0 ? 0 : Math.max(0, (now - then) / seconds);
    }
  }

  private final Deque<Sample> samples = new ArrayDeque<>();

  /** Puts a {@code rate} into each of {@code runs}, seen at {@code nanos}; the rate of all. */
  double add(JsonNode runs, long nanos) {
    Map<Long, Long> results = new HashMap<>();
    for (JsonNode run : runs) {
      results.put(
          run.path("id").asLong(),
          run.path("completed").asLong()
              + run.path("failed").asLong()
              + run.path("inDoubt").asLong());
    }
    Sample now = new Sample(nanos, results);
    Sample before = samples.isEmpty() ? now : samples.getLast();
    samples.addLast(now);
    while (samples.size() > 2 && nanos - samples.getFirst().nanos() > WINDOW_NANOS) {
      samples.removeFirst();
    }
    double all = 0;
    for (JsonNode run : runs) {
      long id = run.path("id").asLong();
      ((ObjectNode) run).put("rate", now.since(samples.getFirst(), id));
      all += now.since(before, id);
    }
    return all;
  }
}
