package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Claim;
import io.duly.orders.DoubtQueue;
import io.duly.orders.Outcome;
import io.duly.orders.Resends;
import io.duly.orders.RunControl;
import io.duly.reconciler.SitesExtension.Sites;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When a run is closed, and with what verdict. */
@ExtendWith(SitesExtension.class)
class ClosingTest {
  private static final String CLOSED = "SELECT count(*) FROM duly.run WHERE state = 'CLOSED'";

  private static final String VERDICTS =
      "SELECT count(*) FROM duly.run WHERE state = 'CANCELLED' AND unclaimed IS NOT NULL";

  private Site site;

  @BeforeEach
  void open(Sites sites) {
    site = sites.with(Map.of("api.contract", "neither"));
    site.workers().publish(ORDERS);
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void aRunWithAllItsResultsConfirmedIsClosed() throws Exception {
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.workers().passOffsets(ORDERS);
    published();

    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount(CLOSED, 1);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(verdict()).isEqualTo("selected 50 completed 50 cancelled 0 skipped 0");
  }

  @Test
  void ordersWithoutAResultAreListedWithTheirReason() throws Exception {
    site.execute("DELETE FROM orders WHERE id = 1");
    site.execute("UPDATE orders SET status = 'CANCELLED' WHERE id = 2");
    site.execute("UPDATE orders SET status = 'COMPLETED' WHERE id = 3");
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.workers().passOffsets(ORDERS);
    published();

    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount(CLOSED, 1);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(verdict()).isEqualTo("selected 50 completed 47 cancelled 1 skipped 2");
    assertThat(
            site.text(
                "SELECT string_agg(order_id || ' ' || reason, ', ' ORDER BY order_id) FROM duly.skipped"))
        .isEqualTo("1 DELETED, 2 CANCELLED, 3 CHANGED");
  }

  @Test
  void anOrderThatWasLostOnTheWayIsPublishedAgainAndTheRunWaitsForIt() throws Exception {
    site.execute("UPDATE orders SET status = 'away' WHERE id = 7");
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.execute("UPDATE orders SET status = 'PENDING' WHERE id = 7");
    site.workers().passOffsets(ORDERS);
    published();

    try (Reconciler reconciler = site.reconciler()) {
      site.await("published", () -> site.workers().due() == ORDERS + 1);
      assertThat(site.count(CLOSED)).isZero();

      site.workers().complete("second", site.workers().claimAll("second"));
      site.workers().passOffsets(ORDERS + 1);

      site.awaitCount(CLOSED, 1);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(verdict()).isEqualTo("selected 50 completed 50 cancelled 0 skipped 0");
  }

  @Test
  void aTopicMadeAnewLosesNoOrder() throws Exception {
    site.workers().passOffsets(ORDERS);
    published();
    site.workers().remakeDue();

    try (Reconciler reconciler = site.reconciler()) {
      site.await("published", () -> site.workers().due() == ORDERS);
      site.workers().complete("worker", site.workers().claimAll("worker"));
      site.workers().passOffsets(ORDERS);

      site.awaitCount(CLOSED, 1);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(verdict()).isEqualTo("selected 50 completed 50 cancelled 0 skipped 0");
  }

  @Test
  void ofATopicMadeAnewNoOrderIsPublishedThatLiesBeforeTheRun() throws Exception {
    site.workers().passOffsets(ORDERS);
    published();
    site.execute("UPDATE duly.run SET first_id = 20, selected = 30");
    site.workers().remakeDue();

    try (Reconciler reconciler = site.reconciler()) {
      site.await("published", () -> site.workers().due() == 30);
      site.workers().complete("worker", site.workers().claim("worker", 1, 21, ORDERS));
      site.workers().passOffsets(30);

      site.awaitCount(CLOSED, 1);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(verdict()).isEqualTo("selected 30 completed 30 cancelled 0 skipped 0");
    assertThat(site.workers().due()).isEqualTo(30);
    assertThat(site.count("SELECT count(*) FROM orders WHERE status = 'PENDING' AND id <= 20"))
        .isEqualTo(20);
  }

  @Test
  void aRunWhoseCountersDoNotAgreeIsNotClosed() throws Exception {
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.workers().passOffsets(ORDERS);
    site.execute("UPDATE duly.run_counter SET completed = completed + 1");
    published();

    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 3", ORDERS);
      site.execute("UPDATE orders SET note = 'and then'");
      site.await("ready", reconciler::isReady);
      assertThat(site.count(CLOSED)).isZero();
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  @Test
  void aCancelledRunCountsWhatItHasNotCalledAndBalances() throws Exception {
    site.execute("UPDATE orders SET status = 'away' WHERE id > 20");
    List<Claim> claims = site.workers().claimAll("worker");
    site.execute("UPDATE orders SET status = 'PENDING' WHERE id > 20");
    site.execute("UPDATE duly.run SET selected = 50, last_id = 50, start_offsets = '{0}'");
    RunControl control = new RunControl(site.jdbi());
    assertThat(control.cancel(1, "the wrong day", "Ann")).isEqualTo(RunControl.Reply.DONE);

    try (Reconciler reconciler = site.reconciler("ingest.patience", "500ms")) {
      site.await("ready", reconciler::isReady);
      assertThat(site.count(VERDICTS)).isZero();
      site.workers().complete("worker", claims);
      site.workers().passOffsets(ORDERS);

      site.awaitCount(VERDICTS, 1);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(verdict()).isEqualTo("selected 50 completed 20 cancelled 0 skipped 0");
    assertThat(site.count("SELECT unclaimed FROM duly.run")).isEqualTo(30);
    assertThat(site.text("SELECT event FROM duly.notification")).isEqualTo("run-cancelled");
    assertThat(site.verify(null).findings()).isEmpty();
  }

  @Test
  void aCancelledRunByDecisionCountsAllThatWasDecided() throws Exception {
    site.workers().record("worker", site.workers().claimAll("worker"), Outcome.FAILED);
    site.workers().passOffsets(ORDERS);
    Resends.Done done =
        new Resends(site.jdbi(), site.table(), Site.SLOT)
            .send(
                new Resends.Selection(
                    Outcome.FAILED, new DoubtQueue.Selection(List.of(), null, null)),
                new Resends.Decision("Ann", "they have mended it", true, ORDERS));
    site.workers().complete("second", site.workers().claim("second", done.run(), 10));
    RunControl control = new RunControl(site.jdbi());
    assertThat(control.cancel(done.run(), "not mended", "Ann")).isEqualTo(RunControl.Reply.DONE);

    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount(VERDICTS, 1);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(verdict(done.run())).isEqualTo("selected 50 completed 10 cancelled 0 skipped 0");
    assertThat(site.count("SELECT unclaimed FROM duly.run WHERE id = " + done.run())).isEqualTo(40);
    assertThat(site.verify(done.run(), null).findings()).isEmpty();
  }

  @Test
  void aRunThatCannotBeJudgedKeepsNoOtherFromBeingClosed() throws Exception {
    site.execute(
        """
        INSERT INTO duly.run (id, schedule, fire_time, cutoff, state, owner, owner_seen_at, last_id, selected,
          start_offsets, end_offsets, filter)
        OVERRIDING SYSTEM VALUE
        VALUES (-1, 'its column is gone', now(), now(), 'PUBLISHED', '', now(), 50, 50, '{0}', '{1000}', 'gone = 1')
        """);
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.workers().passOffsets(ORDERS);
    published();

    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount(CLOSED, 1);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(site.text("SELECT state FROM duly.run WHERE id = -1")).isEqualTo("PUBLISHED");
  }

  private void published() {
    site.execute(
        "UPDATE duly.run SET state = 'PUBLISHED', selected = 50, last_id = 50, start_offsets = '{0}', end_offsets = '{50}' WHERE id = 1");
  }

  private String verdict() {
    return verdict(1);
  }

  private String verdict(long run) {
    return site.text(
        "SELECT format('selected %s completed %s cancelled %s skipped %s', selected, completed, cancelled, skipped) FROM duly.run WHERE id = "
            + run);
  }
}
