package io.duly.reconciler;

import io.duly.orders.Rescues;
import io.duly.orders.Run;
import io.duly.orders.RunTable;
import io.duly.orders.RunTotals;
import io.duly.runtime.Failpoint;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a published run when its records are consumed, nothing of it is under way, the log and the
 * result topic have shown each result that the counters count, and each order that was published
 * has a result or a reason to have none. One thread.
 */
final class RunCloser {
  private static final Logger log = LoggerFactory.getLogger(RunCloser.class);
  private static final long COMPLAIN_NANOS = Duration.ofMinutes(1).toNanos();

  /** A look at all attempts of a run may take one part in this many of the time. */
  private static final int RARELY = 4;

  private final RunTable runs;
  private final Rescues rescues;
  private final GroupProgress progress;
  private final Completeness completeness;
  private final LongPredicate mayChange;
  private long nextNanos = System.nanoTime();
  private long complainedNanos = System.nanoTime();

  /**
   * {@code mayChange} tells whether results of a run may still change by themselves: doubts that a
   * lookup may settle.
   */
  RunCloser(
      RunTable runs,
      Rescues rescues,
      GroupProgress progress,
      Completeness completeness,
      LongPredicate mayChange) {
    this.runs = runs;
    this.rescues = rescues;
    this.progress = progress;
    this.completeness = completeness;
    this.mayChange = mayChange;
  }

  /**
   * One pass; returns how many runs it closed or orders it found lost. A run that cannot be judged
   * keeps no other from being closed, and is told of by what is thrown at the end.
   */
  int once() throws InterruptedException {
    if (System.nanoTime() - nextNanos < 0) {
      return 0;
    }
    return RunByRun.each(runs.inState(Run.State.PUBLISHED), this::judge);
  }

  private int judge(Run run) throws InterruptedException, ExecutionException {
    if (!progress.hasPassed(run) || mayChange.test(run.id())) {
      return 0;
    }
    long began = System.nanoTime();
    try {
      return rescues.underway(run.id()) == 0 ? close(run) : rescues.dropMoved(run.id());
    } finally {
      nextNanos = System.nanoTime() + (System.nanoTime() - began) * RARELY;
    }
  }

  private int close(Run run) {
    RunTotals totals = runs.totals(run.id());
    RunTable.Confirmed confirmed = runs.confirmed(run.id());
    boolean isConfirmed = confirmed.results() == totals.settled();
    if (!isConfirmed && completeness.isWhole(run)) {
      complain(run, totals.settled(), confirmed.results());
      return 0;
    }
    Optional<Completeness.Account> account = completeness.check(run);
    if (account.isEmpty() || account.get().waiting() > 0) {
      return account.map(Completeness.Account::waiting).orElse(0);
    }
    if (!isConfirmed) {
      complain(run, totals.settled(), confirmed.results());
      return 0;
    }
    Failpoint.RECONCILER_CLOSING.reach();
    if (!runs.close(run.id(), totals, confirmed.repeated(), account.get().isWhole())) {
      complainOfHoles(run);
      return 0;
    }
    runs.find(run.id()).ifPresent(closed -> report(closed, totals));
    return 1;
  }

  private void complain(Run run, long counted, long confirmed) {
    if (System.nanoTime() - complainedNanos > COMPLAIN_NANOS) {
      complainedNanos = System.nanoTime();
      log.warn(
          "Run cannot be closed: not all of its results are confirmed runId={} counted={} confirmed={}",
          run.id(),
          counted,
          confirmed);
    }
  }

  private void complainOfHoles(Run run) {
    if (System.nanoTime() - complainedNanos > COMPLAIN_NANOS) {
      complainedNanos = System.nanoTime();
      log.warn(
          "Run cannot be closed: it has changed meanwhile, or orders of it have neither a result nor a reason runId={} selected={}",
          run.id(),
          run.selected());
    }
  }

  private static void report(Run run, RunTotals totals) {
    log.info(
        "Run is closed runId={} selected={} completed={} failed={} inDoubt={} without={}",
        run.id(),
        run.selected(),
        totals.completed(),
        totals.failed(),
        totals.inDoubt(),
        run.selected() - totals.settled());
  }
}
