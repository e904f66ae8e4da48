package io.duly.worker;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An API that executes everything at once and notes when each request arrives, by its own clock.
 */
final class Arrivals implements AutoCloseable {
  private static final long SECOND = 1_000_000_000L;

  private final Vertx vertx =
      Vertx.vertx(
          new VertxOptions()
              .setEventLoopPoolSize(1)
              .setWorkerPoolSize(1)
              .setInternalBlockingPoolSize(1));
  private final List<Long> nanos = new ArrayList<>();
  private final List<String> traces = new ArrayList<>();
  private final HttpServer server;
  private volatile long worstStall;

  Arrivals() {
    this.server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  note(System.nanoTime(), request.getHeader("traceparent"));
                  request.endHandler(end -> request.response().end("{}"));
                })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    vertx.runOnContext(start -> watchItself());
  }

  private void watchItself() {
    long before = System.nanoTime();
    long unused =
        vertx.setTimer(
            2,
            timer -> {
              worstStall = Math.max(worstStall, System.nanoTime() - before);
              watchItself();
            });
  }

  /** For how long it was held up itself, at worst. */
  Duration worstStall() {
    return Duration.ofNanos(worstStall);
  }

  private synchronized void note(long now, @Nullable String traceparent) {
    nanos.add(now);
    if (traceparent != null) {
      traces.add(traceparent);
    }
  }

  /** The traces that the requests told, as they came. */
  synchronized List<String> traces() {
    return List.copyOf(traces);
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  synchronized int count() {
    return nanos.size();
  }

  /** The arrivals from the {@code first} to the {@code last}, counted from 0, in their order. */
  synchronized Trace trace(int first, int last) {
    return new Trace(nanos.subList(first, last).stream().mapToLong(Long::longValue).toArray());
  }

  /** Arrivals in their order, in nanoseconds. */
  record Trace(long[] nanos) {
    /**
     * The most arrivals of a second that begins at a full second plus {@code offset} of
     * System.nanoTime().
     */
    int mostInASecondOfTheClock(long offset) {
      return Arrays.stream(nanos)
          .map(each -> Math.floorDiv(each - offset, SECOND))
          .boxed()
          .collect(Collectors.groupingBy(each -> each, Collectors.counting()))
          .values()
          .stream()
          .mapToInt(Long::intValue)
          .max()
          .orElse(0);
    }

    /** The most arrivals of any second whatever. */
    int mostInASlidingSecond() {
      int most = 0;
      int first = 0;
      for (int last = 0; last < nanos.length; last++) {
        while (nanos[last] - nanos[first] >= SECOND) {
          first++;
        }
        most = Math.max(most, last - first + 1);
      }
      return most;
    }

    /** The arrivals of the second in the middle, of all sliding ones by their arrivals. */
    int medianSecond() {
      int[] counts = new int[nanos.length];
      int full = 0;
      for (int first = 0; nanos[first] + SECOND <= nanos[nanos.length - 1]; first++) {
        int end = Arrays.binarySearch(nanos, nanos[first] + SECOND);
        counts[full++] = (end < 0 ? -end - 1 : end) - first;
      }
      Arrays.sort(counts, 0, full);
      return counts[full / 2];
    }

    double perSecond() {
      return (nanos.length - 1) * (double) SECOND / (nanos[nanos.length - 1] - nanos[0]);
    }
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
