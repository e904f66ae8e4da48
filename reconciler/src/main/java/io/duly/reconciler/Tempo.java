package io.duly.reconciler;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The rate at which a run got results in the last minutes. Not thread-safe. */
final class Tempo {
  /** How far it looks back. */
  static final Duration WINDOW = Duration.ofMinutes(3);

  /** What is younger says too little. */
  static final Duration LEAST = Duration.ofSeconds(5);

  private record Sample(long nanos, long done) {}

  private final Deque<Sample> samples = new ArrayDeque<>();

  /** Since when nothing has got done that should have. */
  private long stillNanos;

  /** Takes note that {@code done} orders have a result at {@code nanos}. */
  void add(long nanos, long done) {
    if (samples.isEmpty() || samples.getLast().done() != done) {
      stillNanos = nanos;
    }
    samples.add(new Sample(nanos, done));
    while (samples.size() > 2 && nanos - samples.element().nanos() > WINDOW.toNanos()) {
      samples.remove();
    }
  }

  /** Takes note that nothing is to get done until {@code nanos}. */
  void rest(long nanos) {
    stillNanos = nanos;
  }

  /** Whether nothing has got done for as long as it looks back. */
  boolean isStill() {
    return !samples.isEmpty() && samples.getLast().nanos() - stillNanos >= WINDOW.toNanos();
  }

  /** How long {@code left} orders take at that rate; empty while nobody can know. */
  Optional<Duration> timeFor(long left) {
    if (left <= 0) {
      return Optional.of(Duration.ZERO);
    }
    long nanos = samples.getLast().nanos() - samples.getFirst().nanos();
    long done = samples.getLast().done() - samples.getFirst().done();
    if (nanos < LEAST.toNanos() || done <= 0) {
      return Optional.empty();
    }
    double seconds =
        Math.min(nanos / 1e9 * left / done, (double) Duration.ofDays(3650).toSeconds());
    return Optional.of(Duration.ofMillis((long) (seconds * 1000)));
  }
}
