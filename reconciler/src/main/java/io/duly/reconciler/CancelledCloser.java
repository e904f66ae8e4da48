package io.duly.reconciler;

import io.duly.orders.CancelledRuns;
import io.duly.orders.Run;
import io.duly.orders.RunTable;
import io.duly.orders.RunTotals;
import io.duly.orders.Skips;
import io.duly.runtime.Failpoint;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the verdict of a cancelled run once the calls that were under way have ended and their
 * results are confirmed. One thread.
 */
final class CancelledCloser {
  private static final Logger log = LoggerFactory.getLogger(CancelledCloser.class);

  private final CancelledRuns cancelled;
  private final RunTable runs;
  private final RunRecords records;
  private final Skips skips;
  private final Duration patience;
  private final LongPredicate mayChange;

  /**
   * {@code patience} is how long an ingest may be unseen, {@code mayChange} as with {@link
   * RunCloser}.
   */
  CancelledCloser(
      CancelledRuns cancelled,
      RunTable runs,
      RunRecords records,
      Skips skips,
      Duration patience,
      LongPredicate mayChange) {
    this.cancelled = cancelled;
    this.runs = runs;
    this.records = records;
    this.skips = skips;
    this.patience = patience;
    this.mayChange = mayChange;
  }

  /**
   * One pass; returns how many verdicts it wrote. A run that cannot be judged keeps no other from
   * its verdict, and is told of by what is thrown at the end.
   */
  int once() throws InterruptedException {
    return RunByRun.each(cancelled.unsettled(patience), this::judge);
  }

  private int judge(Run run) {
    boolean isDone = cancelled.underway(run.id()) == 0;
    cancelled.dropRetries(run.id()); // after the look: nothing adds to them any more
    return isDone && !mayChange.test(run.id()) ? settle(run) : 0;
  }

  private int settle(Run run) {
    RunTotals totals = runs.totals(run.id());
    RunTable.Confirmed confirmed = runs.confirmed(run.id());
    if (confirmed.results() != totals.settled()) {
      return 0;
    }
    Map<TopicPartition, Long> ends = records.endsNow(run);
    long published = cancelled.published(run.id(), taker -> forEachOrder(run, ends, taker));
    if (!records.areWhole(run, ends)) { // then at least as many as ingest has counted
      published = Math.max(published, run.selected());
    }
    Failpoint.RECONCILER_CLOSING.reach();
    if (!cancelled.settle(run.id(), totals, confirmed.repeated(), published, byPartition(ends))) {
      return 0;
    }
    log.info(
        "Cancelled run has its verdict runId={} selected={} completed={} failed={} inDoubt={} unclaimed={}",
        run.id(),
        published,
        totals.completed(),
        totals.failed(),
        totals.inDoubt(),
        published + confirmed.repeated() - totals.settled());
    return 1;
  }

  private static List<Long> byPartition(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .sorted(Comparator.comparingInt(each -> each.getKey().partition()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The orders that were published for the run, and those that a person decided to send by it. */
  private void forEachOrder(Run run, Map<TopicPartition, Long> ends, Consumer<List<String>> taker) {
    records.read(run, ends, taker);
    skips.forEachDecided(run.id(), RunRecords.STEP, taker);
  }
}
