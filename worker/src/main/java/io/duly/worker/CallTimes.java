package io.duly.worker;

import io.duly.api.ApiAnswer;
import io.duly.orders.WorkerTable.Pulse;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * How long calls took from start to answer: the last ones for the heartbeat, all as a metric.
 * Thread-safe.
 */
final class CallTimes {
  private static final int KEPT = 512;
  private static final double NANOS_PER_MILLI = 1e6;

  private static final Duration[] BUCKETS =
      LongStream.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final Map<String, Timer> timers = new ConcurrentHashMap<>();
  private final long[] nanos = new long[KEPT];
  private long count;
  private long told;

  /** A call took so long and was answered by {@code answer}. */
  void add(ApiAnswer answer, long tookNanos) {
    timers
        .computeIfAbsent(answer.getClass().getSimpleName(), CallTimes::timer)
        .record(tookNanos, TimeUnit.NANOSECONDS);
    add(tookNanos);
  }

  private static Timer timer(String answer) {
    return Timer.builder("duly.api.calls")
        .tag("answer", answer)
        .serviceLevelObjectives(BUCKETS)
        .register(Metrics.globalRegistry);
  }

  synchronized void add(long tookNanos) {
    nanos[(int) (count % KEPT)] = tookNanos;
    count++;
  }

  /** The calls since the last time it was asked for; their times are those of the last 512. */
  synchronized Pulse pulse() {
    int fresh = (int) Math.min(KEPT, count - told);
    long[] sorted = new long[fresh];
    for (int i = 0; i < fresh; i++) {
      sorted[i] = nanos[(int) ((count - fresh + i) % KEPT)];
    }
    Arrays.sort(sorted);
    told = count;
    return fresh == 0
        ? new Pulse(count, null, null)
        : new Pulse(count, millis(sorted, 0.5), millis(sorted, 0.99));
  }

  private static double millis(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))]
        / NANOS_PER_MILLI;
  }
}
