package io.duly.worker;

import io.duly.orders.AttemptResult;
import io.duly.orders.Incarnations;
import io.duly.orders.Outcome;
import io.duly.orders.Recorded;
import io.duly.orders.Records;
import io.duly.orders.ResultEvent;
import io.duly.runtime.Failpoint;
import io.micrometer.core.instrument.Metrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Records ended attempts in batches, and keeps a batch until the database has it. One thread. */
final class Recorder {
  private static final int BATCH = 1_000;
  private static final int ENOUGH = 250;

  /**
   * A commit costs the same for one order and for hundreds: a little patience makes batches of
   * them.
   */
  private static final long LINGER_MILLIS = 8;

  private final BlockingQueue<Answered> answered;
  private final Records records;
  private final Liveness liveness;
  private final Semaphore window;
  private final Queue<Finished> finished;
  private @Nullable Incarnations incarnations;
  private List<Answered> batch = new ArrayList<>();

  Recorder(
      BlockingQueue<Answered> answered, Records records, Liveness liveness, Underway underway) {
    this.answered = answered;
    this.records = records;
    this.liveness = liveness;
    this.window = underway.window();
    this.finished = underway.finished();
  }

  /** Records only where the database is trusted to remember the claims; null where any is. */
  Recorder under(@Nullable Incarnations trusted) {
    this.incarnations = trusted;
    return this;
  }

  /** Records one batch; returns its size. After a failure the same batch is recorded again. */
  int once() throws InterruptedException {
    if (batch.isEmpty()) {
      gather();
    }
    if (batch.isEmpty()) {
      return 0;
    }
    if (incarnations != null && !incarnations.isTrusted()) {
      throw new IllegalStateException(
          "the database was restarted and not yet checked by the reconciler: answers wait");
    }
    Failpoint.WORKER_RECORDING.reach();
    Map<String, Recorded> recorded = new HashMap<>();
    records
        .record(liveness.id(), batch.stream().map(Answered::result).toList())
        .forEach(each -> recorded.put(each.orderId() + '/' + each.attempt(), each));
    Failpoint.WORKER_RECORDED.reach();
    for (Answered each : batch) {
      AttemptResult result = each.result();
      Metrics.counter("duly.attempts", "outcome", result.outcome().name()).increment();
      finished.add(finish(each, recorded.get(result.orderId() + '/' + result.attempt())));
    }
    window.release(batch.size());
    int done = batch.size();
    batch = new ArrayList<>();
    return done;
  }

  private void gather() throws InterruptedException {
    Answered first = answered.poll(LINGER_MILLIS, TimeUnit.MILLISECONDS);
    if (first == null) {
      return;
    }
    batch.add(first);
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LINGER_MILLIS);
    answered.drainTo(batch, BATCH - batch.size());
    while (batch.size() < ENOUGH) {
      Answered next = answered.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        return;
      }
      batch.add(next);
      answered.drainTo(batch, BATCH - batch.size());
    }
  }

  private static Finished finish(Answered each, @Nullable Recorded recorded) {
    AttemptResult result = each.result();
    if (result.outcome() == Outcome.RELEASED) {
      return Finished.released(each.claim().due());
    }
    if (recorded == null || !result.outcome().isResult()) {
      return Finished.passed(each.claim().due());
    }
    return new Finished(each.claim().due(), true, ResultEvent.of(recorded, result));
  }
}
