package io.duly.operations;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Where lag goes, told from the samples of the last minute. One thread. */
public final class LagTrend {
  private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

  private final Map<TopicPartition, Deque<Sample>> samples = new HashMap<>();

  /** A look at one partition, at a time of the monotonic clock. */
  private record Sample(long nanos, long position, long lag) {}

  /**
   * What the samples say.
   *
   * @param trend growing, shrinking or steady
   * @param rate offsets a second that the group passes
   * @param eta until nothing is left if lag goes on to shrink as it does; null where it does not
   */
  public record Course(String trend, double rate, @Nullable Duration eta) {}

  /** Takes a sample of each partition, seen at {@code nanos}. */
  public void add(List<PartitionLag> lags, long nanos) {
    for (PartitionLag each : lags) {
      Deque<Sample> known = samples.computeIfAbsent(each.partition(), key -> new ArrayDeque<>());
      known.addLast(new Sample(nanos, each.end() - each.lag(), each.lag()));
      while (known.size() > 2 && nanos - known.getFirst().nanos() > WINDOW_NANOS) {
        known.removeFirst();
      }
    }
  }

  /** The course of a partition; null before its second sample. */
  public @Nullable Course of(TopicPartition partition) {
    Deque<Sample> known = samples.getOrDefault(partition, new ArrayDeque<>());
    if (known.size() < 2) {
      return null;
    }
    Sample first = known.getFirst();
    Sample last = known.getLast();
    double seconds = Math.max(1, last.nanos() - first.nanos()) / 1e9;
    long change = last.lag() - first.lag();
    double rate = Math.max(0, last.position() - first.position()) / seconds;
    boolean isSteady = Math.abs(change) * 100 < Math.max(last.lag(), first.lag()) || change == 0;
    if (isSteady || change > 0) {
      Duration eta = last.lag() == 0 ? Duration.ZERO : null;
      return new Course(isSteady ? "steady" : "growing", rate, eta);
    }
    return new Course(
        "shrinking", rate, Duration.ofMillis((long) (last.lag() * seconds * 1000 / -change)));
  }
}
