package io.duly.reconciler;

import io.duly.orders.Rescues;
import io.duly.orders.Run;
import io.duly.orders.RunTable;
import io.duly.orders.RunTotals;
import io.duly.runtime.Failpoint;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a published run when its records are consumed, nothing of it is under way, and its results
 * are confirmed. One thread.
 */
final class RunCloser {
  private static final Logger log = LoggerFactory.getLogger(RunCloser.class);
  private static final int STEP = 10_000;

  private final RunTable runs;
  private final Rescues rescues;
  private final GroupProgress progress;
  private final java.util.function.LongPredicate mayChange;

  /**
   * {@code mayChange} tells whether results of a run may still change by themselves: doubts that a
   * lookup may settle.
   */
  RunCloser(
      RunTable runs,
      Rescues rescues,
      GroupProgress progress,
      java.util.function.LongPredicate mayChange) {
    this.runs = runs;
    this.rescues = rescues;
    this.progress = progress;
    this.mayChange = mayChange;
  }

  /** One pass; returns how many runs it closed or orders it found lost. */
  int once() throws Exception {
    int done = 0;
    for (Run run : runs.inState(Run.State.PUBLISHED)) {
      if (isConsumed(run) && rescues.underway(run.id()) == 0 && !mayChange.test(run.id())) {
        done += close(run);
      }
    }
    return done;
  }

  private boolean isConsumed(Run run) throws Exception {
    Map<Integer, Long> committed = progress.committed();
    for (int partition = 0; partition < run.endOffsets().size(); partition++) {
      if (committed.getOrDefault(partition, 0L) < run.endOffsets().get(partition)) {
        return false;
      }
    }
    return true;
  }

  private int close(Run run) {
    RunTotals totals = runs.totals(run.id());
    if (totals.settled() < run.selected() && run.lastId() != null) {
      int lost = rescues.queueLost(run, STEP);
      if (lost > 0) {
        log.warn(
            "Orders of the run were lost on the way, queued again runId={} orders={}",
            run.id(),
            lost);
        return lost;
      }
    }
    if (runs.confirmed(run.id()) < totals.settled()) {
      return 0;
    }
    Failpoint.RECONCILER_CLOSING.reach();
    if (!runs.close(run.id(), totals)) {
      return 0;
    }
    log.info(
        "Run is closed runId={} selected={} completed={} failed={} inDoubt={} skipped={}",
        run.id(),
        run.selected(),
        totals.completed(),
        totals.failed(),
        totals.inDoubt(),
        run.selected() - totals.settled());
    return 1;
  }
}
