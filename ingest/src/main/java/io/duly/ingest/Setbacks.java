package io.duly.ingest;

import io.duly.runtime.Backoff;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which runs have failed, how often in a row, and until when each is left alone: for as long as its
 * failure has taken at least, so that the others have the greater part of the time. One thread.
 */
final class Setbacks {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

  private record Setback(int failures, long untilNanos) {}

  private final Map<Long, Setback> ofRuns = new HashMap<>();

  /** Notes a failure that has taken {@code took}; returns how many that are in a row. */
  int add(long run, Duration took) {
    Setback last = ofRuns.get(run);
    int failures = last == null ? 1 : last.failures() + 1;
    Duration wait = took.plus(BACKOFF.after(failures, ThreadLocalRandom.current()));
    ofRuns.put(run, new Setback(failures, System.nanoTime() + wait.toNanos()));
    return failures;
  }

  /** The run gets on. */
  void end(long run) {
    ofRuns.remove(run);
  }

  /** Those that are left alone now. */
  List<Long> waiting() {
    long now = System.nanoTime();
    return ofRuns.entrySet().stream()
        .filter(each -> each.getValue().untilNanos() - now > 0)
        .map(Map.Entry::getKey)
        .toList();
  }
}
