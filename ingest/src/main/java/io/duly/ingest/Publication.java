package io.duly.ingest;

import io.duly.orders.Run;
import io.duly.orders.RunOwnership;
import io.duly.runtime.Failpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The publishing of one run by its owner, page by page. One thread. */
final class Publication {
  private static final Logger log = LoggerFactory.getLogger(Publication.class);
  private static final long TELL_NANOS = Duration.ofSeconds(10).toNanos();

  private final RunOwnership runs;
  private final DuePages pages;
  private final Publisher publisher;
  private final Canary canary;
  private final FirstOrders firstOrders;
  private final int pageSize;
  private final long beganNanos = System.nanoTime();
  private final long alreadySelected;
  private long toldNanos = beganNanos;
  private boolean isPastCanary;
  private Run run;

  private Publication(
      Run run,
      RunOwnership runs,
      DuePages pages,
      Publisher publisher,
      Canary canary,
      int pageSize) {
    this.runs = runs;
    this.canary = canary;
    this.pages = pages;
    this.publisher = publisher;
    this.pageSize = pageSize;
    this.firstOrders = canary.firstOrders(run, pages, pageSize);
    this.alreadySelected = run.selected();
    this.run = run;
  }

  /** Begins to publish {@code run}, or goes on where its last owner has stopped. */
  static Publication begin(
      Run run, RunOwnership runs, DuePages pages, Publisher publisher, Canary canary, int pageSize)
      throws Exception {
    log.info(
        "Publishing run runId={} schedule={} lane={} fireTime={} after={}",
        run.id(),
        run.schedule(),
        run.selection().lane(),
        run.fireTime(),
        run.lastId());
    Failpoint.INGEST_ADOPTED.reach();
    String start = start(run, pages);
    if (run.startOffsets().isEmpty()) {
      runs.begin(run, publisher.ends(), start);
    }
    Run begun = run.lastId() == null ? run.advanced(start, 0) : run;
    return new Publication(begun, runs, pages, publisher, canary, pageSize);
  }

  /** One that is published anew begins where it began at first. */
  private static @Nullable String start(Run run, DuePages pages) {
    if (run.lastId() != null) {
      return run.lastId();
    }
    return run.firstId() != null ? run.firstId() : pages.start();
  }

  /**
   * Reads or publishes a page and saves that; false where the run is published, waits for the
   * outcomes of its first orders, or is another's by now.
   */
  boolean step() throws Exception {
    if (!isPastCanary) {
      Canary.Next next = canary.step(run, firstOrders, publisher);
      if (next == Canary.Next.READ && runs.stay(run)) {
        return true;
      }
      if (next != Canary.Next.PUBLISH) {
        runs.letGo(run);
        return false;
      }
      isPastCanary = true;
    }
    DuePages.Page page = pages.after(run.lastId(), pageSize);
    publisher.publish(run, page.ids());
    Failpoint.INGEST_PUBLISHED.reach();
    if (page.last() != null) {
      if (!runs.advance(run, page.last(), page.ids().size())) {
        runs.letGo(run);
        return false;
      }
      run = run.advanced(page.last(), page.ids().size());
      Failpoint.INGEST_SAVED.reach();
      tell();
    }
    if (page.isEnd()) {
      finish();
    }
    return !page.isEnd();
  }

  long runId() {
    return run.id();
  }

  private void tell() {
    long now = System.nanoTime();
    if (now - toldNanos >= TELL_NANOS) {
      toldNanos = now;
      log.info(
          "Publishing goes on runId={} orders={} perSecond={} rows={} after={}",
          run.id(),
          run.selected(),
          perSecond(run.selected() - alreadySelected),
          pages.looked(),
          run.lastId());
    }
  }

  private void finish() throws Exception {
    var ends = publisher.ends();
    Failpoint.INGEST_ENDING.reach();
    if (runs.published(run, ends)) {
      log.info(
          "Run is published runId={} orders={} rows={} rowsPerSecond={} longestReadMillis={}",
          run.id(),
          run.selected(),
          pages.looked(),
          perSecond(pages.looked()),
          pages.longest().toMillis());
    } else {
      runs.letGo(run);
    }
  }

  private long perSecond(long count) {
    double seconds = (System.nanoTime() - beganNanos) / 1e9;
    return Math.round(count / Math.max(seconds, 0.001));
  }
}
