package io.duly.reconciler;

import io.duly.orders.FeedTable;
import io.duly.orders.Gap;
import io.duly.orders.Rescues;
import io.duly.orders.Strangers;
import io.duly.orders.Unconfirmed;
import io.duly.orders.Unconfirmed.Page;
import io.duly.orders.Unconfirmed.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what the log did not show: at the start, after each gap, and every few minutes. It walks
 * through our own attempts, page by page, never through the orders: first those of open runs, then
 * the doubts that were settled after their run's verdict. A result that the log has not shown
 * although it has shown later ones is said in the log once more; one that only lacks its event is
 * given to the confirmations. Where the log gives no rows, it looks for statuses that others have
 * changed as well. Used by the thread of the confirmations only.
 */
final class Sweep {
  private static final Logger log = LoggerFactory.getLogger(Sweep.class);
  private static final int PAGE = 5_000;

  /** A row may be committed this much later than the time that it bears. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  /** The share of the time that sweeps may take is one part in this many. */
  private static final int RARELY = 20;

  private final Unconfirmed unconfirmed;
  private final Rescues rescues;
  private final FeedTable feed;
  private final Beats beats;
  private final long everyNanos;
  private final @Nullable Strangers strangers;
  private final long startedNanos = System.nanoTime();
  private @Nullable Page page;
  private boolean isPastOpenRuns;
  private @Nullable Gap gap;
  private long beganNanos;
  private long nextNanos = System.nanoTime();
  private long saidAgain;

  /** {@code strangers} is given where the log does not show what others change. */
  Sweep(
      Unconfirmed unconfirmed,
      Rescues rescues,
      FeedTable feed,
      Beats beats,
      Duration every,
      @Nullable Strangers strangers) {
    this.unconfirmed = unconfirmed;
    this.rescues = rescues;
    this.feed = feed;
    this.beats = beats;
    this.everyNanos = every.toNanos();
    this.strangers = strangers;
  }

  /** Looks at one page, where a sweep is due and the feed works; returns how much it found. */
  int once(Confirmations confirmations) {
    if (!beats.haveReturned() || confirmations.isFull()) {
      return 0;
    }
    Page current = page;
    if (current == null) {
      current = begin();
    }
    if (current == null) {
      return 0;
    }
    Duration age = beats.lag().plus(MARGIN);
    Page next =
        isPastOpenRuns
            ? unconfirmed.settled(current, age, PAGE)
            : unconfirmed.after(current, age, PAGE);
    take(next.results(), confirmations);
    goOn(current, next);
    return next.results().size();
  }

  private void goOn(Page current, Page next) {
    page = next; // after the last one, where a walk begins
    if (next.lastId() != null) {
      if (!isPastOpenRuns) {
        lookForStrangers(current, next);
      }
    } else if (isPastOpenRuns) {
      end();
    } else {
      isPastOpenRuns = true;
    }
  }

  private @Nullable Page begin() {
    if (System.nanoTime() - nextNanos < 0 || !hasPassedTheStart()) {
      return null;
    }
    beganNanos = System.nanoTime();
    saidAgain = 0;
    Optional<Gap> open = feed.gap();
    gap = open.orElse(null);
    open.ifPresent(each -> rescues.queueAgain(each.at()));
    isPastOpenRuns = !unconfirmed.isAnyRunOpen();
    return Page.START;
  }

  /** Whether what was committed before the start is old enough to be told apart. */
  private boolean hasPassedTheStart() {
    long shownNanos = System.nanoTime() - beats.lag().toNanos();
    return shownNanos - startedNanos >= MARGIN.toNanos();
  }

  private void take(List<Result> results, Confirmations confirmations) {
    results.stream()
        .filter(Result::isShown)
        .forEach(
            each ->
                confirmations.seenInLog(
                    new ResultKey(each.orderId(), each.attempt(), each.transition())));
    List<Result> unseen =
        results.stream().filter(each -> !each.isShown()).collect(Collectors.toList());
    if (!unseen.isEmpty()) {
      saidAgain += unconfirmed.sayAgain(unseen);
    }
  }

  private void lookForStrangers(Page current, Page next) {
    if (strangers != null) {
      strangers
          .contradictions(unconfirmed.orders(current, next))
          .forEach(id -> log.error("Status was changed by somebody else orderId={}", id));
    }
  }

  private void end() {
    page = null;
    Gap closed = gap;
    if (closed != null) {
      feed.closeGap(closed);
      log.warn(
          "The gap in the log is made up for reason={} results={}", closed.reason(), saidAgain);
    } else if (saidAgain > 0) {
      log.error(
          "The log did not show results that the table holds: they are said again results={}",
          saidAgain);
    }
    long took = System.nanoTime() - beganNanos;
    nextNanos = System.nanoTime() + Math.max(everyNanos, took * RARELY);
  }
}
