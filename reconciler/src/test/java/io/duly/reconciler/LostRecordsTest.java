package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.reconciler.SitesExtension.Sites;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A run whose topic was made anew, or has lost records, while it was under way. */
@ExtendWith(SitesExtension.class)
class LostRecordsTest {
  private static final String CLOSED = "SELECT count(*) FROM duly.run WHERE state = 'CLOSED'";

  private Site site;

  @BeforeEach
  void open(Sites sites) {
    site = sites.with(Map.of("api.contract", "neither"));
    site.workers().publish(ORDERS, 1);
    site.execute(
        "UPDATE duly.run SET state = 'PUBLISHED', selected = 50, last_id = 50, start_offsets = '{0}', end_offsets = '{50}'");
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void resultsThatAreNotToldYetKeepNoOtherOrderFromBeingPublishedAgain() throws Exception {
    site.workers().complete("worker", site.workers().claim("worker", 1, 20));
    site.workers().passOffsets(30);
    site.workers().remakeDue();

    try (Reconciler reconciler = site.reconciler()) {
      site.await("published", () -> site.workers().due() == 30);
      site.workers().complete("second", site.workers().claim("second", 1, 21, ORDERS));
      site.workers().passOffsets(30);

      site.awaitCount(CLOSED, 1);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertIsWholeWith(30);
  }

  @Test
  void resultsOfRecordsBeyondTheEndOfATopicMadeAnewAreTold() throws Exception {
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.workers().remakeDue();

    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 1", ORDERS);
      assertThat(site.workers().due()).as("its worker may tell them still").isZero();
      aMinutePasses();
      site.await("a record to pass", () -> site.workers().due() == 1);
      assertThat(site.workers().results()).isZero();
      site.workers().passOffsets(2);

      site.awaitCount(CLOSED, 1);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertIsWholeWith(1);
  }

  @Test
  void ordersWhoseRecordsWereGoneBeforeTheyWereReadArePublishedAgain() throws Exception {
    site.workers().loseDue(ORDERS);

    try (Reconciler reconciler = site.reconciler()) {
      site.await("published", () -> site.workers().due() == ORDERS);
      site.workers().complete("worker", site.workers().claimAll("worker"));
      site.workers().passOffsets(2 * ORDERS);

      site.awaitCount(CLOSED, 1);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertIsWholeWith(ORDERS);
  }

  @Test
  void resultsWhoseRecordsAreGoneAreTold() throws Exception {
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.workers().loseDue(ORDERS);
    aMinutePasses();

    try (Reconciler reconciler = site.reconciler()) {
      site.await("a record to pass", () -> site.workers().due() == 1);
      site.workers().passOffsets(ORDERS + 2);

      site.awaitCount(CLOSED, 1);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertIsWholeWith(1);
  }

  @Test
  void aTopicMadeAnewThatHasGrownAgainIsNotTakenForWhole() throws Exception {
    site.workers().remakeDue();
    site.workers().publish(ORDERS, 2);
    site.workers().passOffsets(ORDERS);

    try (Reconciler reconciler = site.reconciler()) {
      site.await("published", () -> site.workers().due() == 2 * ORDERS);
      site.workers().complete("worker", site.workers().claimAll("worker"));
      site.workers().passOffsets(2 * ORDERS);

      site.awaitCount(CLOSED, 1);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertIsWholeWith(2 * ORDERS);
  }

  private void aMinutePasses() {
    site.execute("UPDATE duly.attempt SET finished_at = finished_at - interval '1 minute'");
  }

  /** Each order has its result, told once, and the topic holds so many records. */
  private void assertIsWholeWith(long due) {
    assertThat(
            site.text(
                "SELECT format('selected %s completed %s skipped %s', selected, completed, skipped) FROM duly.run"))
        .isEqualTo("selected 50 completed 50 skipped 0");
    assertThat(site.workers().results()).isEqualTo(ORDERS);
    assertThat(site.workers().due()).isEqualTo(due);
  }
}
