package io.duly.worker;

import io.duly.orders.AttemptResult;
import io.duly.orders.Incarnations;
import io.duly.orders.Outcome;
import io.duly.orders.Recorded;
import io.duly.orders.Recording;
import io.duly.orders.Records;
import io.duly.orders.ResultEvent;
import io.duly.orders.TableRefusal;
import io.duly.runtime.Failpoint;
import io.micrometer.core.instrument.Metrics;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records ended attempts in batches, and keeps each until the database has it. An answer to an
 * order that others have locked, or that the table refuses, holds up no other. One thread.
 */
final class Recorder {
  private static final Logger log = LoggerFactory.getLogger(Recorder.class);
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
  private final Postponed postponed = new Postponed();
  private final Deque<List<Answered>> batches = new ArrayDeque<>();
  private @Nullable Incarnations incarnations;

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

  /**
   * Records one batch; returns for how many orders. After a failure the same batch is recorded
   * again, and where the table refuses one of them, each half of it for itself.
   */
  int once() throws InterruptedException {
    if (batches.isEmpty()) {
      gather();
    }
    List<Answered> batch = batches.peek();
    if (batch == null) {
      return 0;
    }
    requireTrust();
    try {
      Failpoint.WORKER_RECORDING.reach();
      Recording recording =
          records.record(liveness.id(), batch.stream().map(Answered::result).toList());
      Failpoint.WORKER_RECORDED.reach();
      batches.remove();
      return take(batch, recording);
    } catch (RuntimeException e) {
      String refusal = TableRefusal.reason(e).orElseThrow(() -> e);
      batches.remove();
      divide(batch, refusal);
      return 0;
    }
  }

  private void requireTrust() {
    if (incarnations != null && !incarnations.isTrusted()) {
      throw new IllegalStateException(
          "the database was restarted and not yet checked by the reconciler: answers wait");
    }
  }

  private int take(List<Answered> batch, Recording recording) {
    Map<String, Recorded> recorded = new HashMap<>();
    recording.recorded().forEach(each -> recorded.put(each.orderId() + '/' + each.attempt(), each));
    int done = 0;
    for (Answered each : batch) {
      AttemptResult result = each.result();
      if (recording.busy().contains(result.orderId())) {
        log.debug("Answer waits for the lock of another orderId={}", result.orderId());
        postponed.addLocked(each);
      } else {
        Metrics.counter("duly.attempts", "outcome", result.outcome().name()).increment();
        finished.add(finish(each, recorded.get(result.orderId() + '/' + result.attempt())));
        postponed.recorded(each);
        done++;
      }
    }
    window.release(done);
    return done;
  }

  private void divide(List<Answered> batch, String refusal) {
    if (batch.size() == 1) {
      log.error(
          "Answer cannot be recorded, it is kept and tried again: see what the table refuses orderId={} outcome={} reason={}",
          batch.get(0).result().orderId(),
          batch.get(0).result().outcome(),
          refusal);
      postponed.addRefused(batch.get(0));
      return;
    }
    int middle = batch.size() / 2;
    batches.addFirst(batch.subList(middle, batch.size()));
    batches.addFirst(batch.subList(0, middle));
  }

  private void gather() throws InterruptedException {
    List<Answered> batch = postponed.lockedDue(BATCH - 1);
    fill(batch);
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    postponed.refusedDue().forEach(each -> batches.add(List.of(each)));
  }

  private void fill(List<Answered> batch) throws InterruptedException {
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
