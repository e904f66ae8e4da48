package io.duly.ingest;

import io.duly.orders.Run;
import io.duly.orders.RunOwnership;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes runs, a page of each in turn, so that a small one waits for no large one, and none for
 * one that fails. One thread.
 */
final class Turns {
  private static final Logger log = LoggerFactory.getLogger(Turns.class);

  /** Runs of which it publishes a page in turn. */
  private static final int SIDE_BY_SIDE = 8;

  /** Failures of a run in a row after which it is told of. */
  private static final int TOLD = 3;

  /** Begins to publish a run. */
  interface Beginning {
    Publication begin(Run run) throws Exception;
  }

  private final RunOwnership runs;
  private final Beginning beginning;
  private final Deque<Publication> publications = new ArrayDeque<>();
  private final Setbacks setbacks = new Setbacks();

  Turns(RunOwnership runs, Beginning beginning) {
    this.runs = runs;
    this.beginning = beginning;
  }

  /**
   * Publishes a page of one run and takes up another; returns how much it did. Throws where Kafka
   * fails, which is no run's own failure.
   */
  int once() throws Exception {
    Publication next = publications.poll(); // after a failure its run is read anew
    if (next == null) {
      return adopt();
    }
    long began = System.nanoTime();
    try {
      boolean goesOn = next.step();
      setbacks.end(next.runId());
      if (goesOn) {
        publications.add(next);
      }
    } catch (RuntimeException e) {
      fail(next.runId(), e, Duration.ofNanos(System.nanoTime() - began));
    }
    return 1 + adopt();
  }

  private int adopt() throws Exception {
    if (publications.size() == SIDE_BY_SIDE) {
      return 0;
    }
    Stream<Long> others = publications.stream().map(Publication::runId);
    List<Long> except = Stream.concat(others, setbacks.waiting().stream()).toList();
    Optional<Run> run = runs.adopt(except);
    if (run.isEmpty()) {
      return 0;
    }
    long began = System.nanoTime();
    try {
      publications.add(beginning.begin(run.get()));
    } catch (RuntimeException e) {
      fail(run.get().id(), e, Duration.ofNanos(System.nanoTime() - began));
    }
    return 1;
  }

  /** What the database refuses of a run, its filter say, is that run's own failure. */
  private void fail(long run, RuntimeException failure, Duration took) {
    int failures = setbacks.add(run, took);
    log.warn("Run cannot be published, trying again runId={} failures={}", run, failures, failure);
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (failures >= TOLD && runs.stuck(run, String.valueOf(cause.getMessage()))) {
      log.error(
          "Run cannot be published: mend what its filter or ingest.after reads, or `duly cancel` it runId={} reason={}",
          run,
          cause.getMessage());
    }
  }
}
