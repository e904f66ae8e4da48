package io.duly.ingest;

import io.duly.orders.Canaries;
import io.duly.orders.Run;
import io.duly.orders.RunControl;
import io.duly.runtime.Amount;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries each run out on its first orders. When all of them have an outcome the others follow, or
 * the run is paused for a person to look at it. Publishing and judging may be done by any instance,
 * each by one thread.
 */
final class Canary {
  private static final Logger log = LoggerFactory.getLogger(Canary.class);

  /**
   * A record that waits behind others for longer is there twice then, which calls nothing twice.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** What is next for a run. */
  enum Next {
    /** Its first orders are to be read on. */
    READ,
    /** Nothing for its owner: its first orders are published, or it is another's or paused. */
    LET_GO,
    /** All of its orders. */
    PUBLISH
  }

  private final Canaries canaries;
  private final RunControl control;
  private final String owner;
  private final Amount size;
  private final Amount maxFailures;
  private final Amount maxDoubts;

  Canary(Canaries canaries, RunControl control, Settings settings, String owner) {
    this.canaries = canaries;
    this.control = control;
    this.owner = owner;
    this.size = Amount.parse(settings.text("canary.orders"));
    this.maxFailures = Amount.parse(settings.text("canary.max-failures"));
    this.maxDoubts = Amount.parse(settings.text("canary.max-doubts"));
  }

  /** Those of {@code run}, of which none is read yet. */
  FirstOrders firstOrders(Run run, DuePages pages, int pageSize) {
    return new FirstOrders(size, pages, pageSize, run);
  }

  /**
   * Takes a step towards trying {@code run} out: reads a page of its {@code first} orders, or saves
   * the choice and publishes them. What was chosen, none included, is never chosen again.
   */
  Next step(Run run, FirstOrders first, Publisher publisher) throws Exception {
    Canaries.Choice choice = canaries.choice(run);
    if (choice.isPublished()) {
      return Next.PUBLISH;
    }
    List<String> ids = choice.ids();
    if (ids == null) {
      boolean isTriedOut = run.selected() == 0 && !size.isNone();
      if (isTriedOut && !first.isComplete()) {
        first.read();
        return Next.READ;
      }
      ids = isTriedOut ? first.ids() : List.of();
      if (!canaries.choose(run, owner, ids)) {
        return Next.LET_GO;
      }
    }
    return ids.isEmpty() ? Next.PUBLISH : publish(run, ids, publisher);
  }

  private Next publish(Run run, List<String> ids, Publisher publisher) throws Exception {
    publisher.publish(run, ids);
    canaries.published(run, owner, ids);
    log.info("Run is tried out on its first orders runId={} orders={}", run.id(), ids.size());
    return Next.LET_GO;
  }

  /** Judges the runs that are being tried out; returns 0, so that the loop rests. */
  int judge() {
    for (long run : canaries.waiting()) {
      Canaries.Outcomes seen = canaries.outcomes(run);
      boolean hasFailed =
          maxFailures.isExceededBy(seen.failures(), seen.orders())
              || maxDoubts.isExceededBy(seen.doubts(), seen.orders());
      if (seen.waiting() > 0) {
        queueLost(run);
      } else if (hasFailed) {
        stop(run, seen);
      } else if (canaries.pass(run)) {
        log.info("Run has passed its canary, the others follow runId={} seen={}", run, seen);
      }
    }
    return 0;
  }

  private void queueLost(long run) {
    int queued = canaries.queueLost(run, PATIENCE);
    if (queued > 0) {
      log.warn("Orders of a canary are published again runId={} orders={}", run, queued);
    }
  }

  private void stop(long run, Canaries.Outcomes seen) {
    String reason =
        "canary: of the first %d orders %d FAILED and %d are in doubt"
            .formatted(seen.orders(), seen.failures(), seen.doubts());
    if (control.stop(run, reason)) {
      log.error(
          "Run is paused: look at its orders, then `duly resume` or `duly cancel` runId={} reason={}",
          run,
          reason);
    }
  }
}
