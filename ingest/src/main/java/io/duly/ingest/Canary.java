package io.duly.ingest;

import io.duly.orders.Canaries;
import io.duly.orders.Run;
import io.duly.orders.RunControl;
import io.duly.runtime.Amount;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.util.ArrayList;
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
  private static final long MOST = 10_000;

  /**
   * A record that waits behind others for longer is there twice then, which calls nothing twice.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

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

  /**
   * Publishes the first orders of {@code run} where it is to be tried out on them and they are not
   * published yet; false where there is nothing to try out.
   */
  boolean publish(Run run, DuePages pages, Publisher publisher) throws Exception {
    if (run.selected() > 0) {
      return false;
    }
    List<String> ids = canaries.chosen(run);
    if (ids.isEmpty()) {
      if (size.isNone() || canaries.isPublished(run)) {
        return false;
      }
      ids = first(run, pages, Math.min(MOST, size.of(size.isShare() ? canaries.due(run) : 0)));
      if (ids.isEmpty()) {
        return false;
      }
      if (!canaries.choose(run, owner, ids)) {
        return true;
      }
    }
    publisher.publish(run, ids);
    canaries.published(run, owner, ids);
    log.info("Run is tried out on its first orders runId={} orders={}", run.id(), ids.size());
    return true;
  }

  private static List<String> first(Run run, DuePages pages, long wanted) {
    List<String> ids = new ArrayList<>();
    String after = run.lastId();
    boolean isEnd = wanted == 0;
    while (!isEnd && ids.size() < wanted) {
      DuePages.Page page = pages.after(after, (int) (wanted - ids.size()));
      ids.addAll(page.ids());
      after = page.last();
      isEnd = page.isEnd();
    }
    return ids;
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
