package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Claim;
import io.duly.orders.Outcome;
import io.duly.orders.Pauses;
import io.duly.reconciler.SitesExtension.Sites;
import io.duly.sandbox.Latency;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A run whose API times out, and of which lookups tell before or after its verdict. */
@ExtendWith(SitesExtension.class)
class LookupRunTest {
  private static final String CLOSED = "SELECT count(*) FROM duly.run WHERE state = 'CLOSED'";
  private static final int TIMED_OUT = 5;

  @TempDir Path folder;
  private SampleApi api;
  private Site site;

  @BeforeEach
  void open(Sites sites) {
    api =
        SampleApi.start(
            new SampleApiSettings(
                SampleContract.LOOKUP, Latency.parse("1ms"), 0, 0, folder.resolve("ledger"), 0));
    site = sites.with(LookupTimesTest.settings(api));
    new Pauses(site.jdbi()).pause("by ann"); // no lookup yet
    site.workers().publish(ORDERS);
    List<Claim> claims = site.workers().claimAll("worker");
    site.workers().record("worker", claims.subList(0, TIMED_OUT), Outcome.IN_DOUBT);
    site.workers().complete("worker", claims.subList(TIMED_OUT, ORDERS));
    site.workers().passOffsets(ORDERS);
  }

  @AfterEach
  void close() {
    site.close();
    api.close();
  }

  @Test
  void ordersProvedNotExecutedAreCalledAgainAndAllAgrees() throws Exception {
    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 3", ORDERS);
      new Pauses(site.jdbi()).resume();
      site.await("published", () -> site.workers().due() == ORDERS + TIMED_OUT);
      site.workers().complete("worker2", site.workers().claimAll("worker2"));
      site.workers().passOffsets(ORDERS + TIMED_OUT);
      published();

      site.awaitCount(CLOSED, 1);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(site.count("SELECT completed FROM duly.run")).isEqualTo(ORDERS);
    assertThat(site.count("SELECT count(*) FROM duly.attempt WHERE outcome = 'NOT_EXECUTED'"))
        .isEqualTo(TIMED_OUT);
    assertThat(site.verify(null).findings()).isEmpty();
  }

  @Test
  void ordersProvedNotExecutedAfterTheVerdictAmendItAndAreLeftToALaterRun() throws Exception {
    published();
    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount(CLOSED, 1);
      new Pauses(site.jdbi()).resume();

      site.awaitCount("SELECT count(*) FROM orders WHERE status = 'PENDING'", TIMED_OUT);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(site.count("SELECT in_doubt FROM duly.run")).isEqualTo(TIMED_OUT);
    assertThat(site.count("SELECT count(*) FROM duly.skipped WHERE reason = 'NOT_EXECUTED'"))
        .isEqualTo(TIMED_OUT);
    assertThat(site.count("SELECT count(*) FROM duly.retry")).isZero();
    assertThat(site.workers().due()).isEqualTo(ORDERS);
    assertThat(site.verify(null).findings()).isEmpty();
  }

  private void published() {
    site.execute(
        "UPDATE duly.run SET state = 'PUBLISHED', selected = 50, last_id = 50, start_offsets = '{0}', end_offsets = '{50}'");
  }
}
