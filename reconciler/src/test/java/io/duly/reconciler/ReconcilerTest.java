package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.reconciler.SitesExtension.Sites;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The reconciler on a real log and a real broker; the test plays the workers' part. */
@ExtendWith(SitesExtension.class)
class ReconcilerTest {
  private static final String BOTH = "SELECT count(*) FROM duly.attempt WHERE witness = 3";

  private static final String DUE =
      "'duly', '{\"kind\":\"DUE\",\"entries\":[[\"x\",1,1,null,false,1]]}'";

  private Site site;

  @BeforeEach
  void open(Sites sites) {
    site = sites.with(Map.of("api.contract", "neither"));
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void tellsOnceTheResultsThatTheirWorkerCouldNotTell() throws Exception {
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.workers().passOffsets(ORDERS);

    try (Reconciler first = site.reconciler()) {
      site.awaitCount(BOTH, ORDERS);
      assertThat(first.failures()).isEmpty();
    }
    try (Reconciler second = site.reconciler()) {
      site.execute("UPDATE orders SET note = 'after the restart'");
      site.await("ready", second::isReady);
      site.awaitCount(BOTH, ORDERS);
      assertThat(second.failures()).isEmpty();
    }

    assertThat(site.workers().results()).isEqualTo(ORDERS);
  }

  @Test
  void whatIsNotDulysInTheLogAndTheTopicsHoldsUpNothing() throws Exception {
    site.execute("DELETE FROM duly.incarnation"); // so that the intents are read
    String intents = site.settings().text("topic.intents");
    for (String forged : List.of("no JSON", "null", "{\"worker\":\"w\",\"claims\":[{}]}")) {
      site.workers().write(intents, "key", forged);
    }
    String event =
        "{\"order\":\"%s\",\"attempt\":%s,\"transition\":%s,\"token\":\"%s\",\"outcome\":\"FAILED\",\"run\":9}";
    site.workers().tell("x", event.formatted("x", 1, 1, UUID.randomUUID()));
    site.workers().tell("1", event.formatted("1", 1, 70_000, UUID.randomUUID()));
    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount("SELECT count(*) FROM duly.incarnation", 1);
      site.await("ready", reconciler::isReady);
      for (String forged :
          List.of("'duly', 'no JSON'", "'duly', ''", "'duly-beat', 'x'", "'duly-beat', ''", DUE)) {
        site.text("SELECT pg_logical_emit_message(true, " + forged + ")::text");
        site.text("SELECT pg_logical_emit_message(false, " + forged + ")::text");
      }
      site.workers().complete("worker", site.workers().claimAll("worker"));
      site.workers().passOffsets(ORDERS);

      site.awaitCount(BOTH, ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(site.workers().due()).isZero();
  }

  @Test
  void tellsOnlyWhatTheGroupHasPassed() throws Exception {
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.workers().passOffsets(10);

    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount(BOTH, 10);
      site.awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 1", ORDERS - 10);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(site.workers().results()).isEqualTo(10);
  }

  @Test
  void aStatusChangedByHandLeavesEvidenceAndAnEditOfAnotherColumnDoesNot() {
    site.workers().complete("worker", site.workers().claimAll("worker"));

    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount("SELECT count(*) FROM duly.attempt WHERE witness & 1 = 1", ORDERS);
      site.execute("UPDATE orders SET note = 'edited' WHERE id = 2");
      site.execute("UPDATE orders SET status = 'FAILED' WHERE id = 1");
      site.execute("UPDATE orders SET note = 'edited too' WHERE id = 3");
      site.awaitCount(
          "SELECT count(*) FROM duly.evidence WHERE kind = 'status changed by others'", 1);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(site.count("SELECT order_id FROM duly.evidence")).isEqualTo(1);
    assertThat(
            site.count(
                "SELECT count(*) FROM duly.evidence WHERE detail LIKE '%transaction%' AND detail LIKE '%"
                    + LocalDate.now(ZoneOffset.UTC)
                    + "%'"))
        .as("says when and by which transaction")
        .isEqualTo(1);
  }

  @Test
  void aStandbyTakesOver() throws Exception {
    Reconciler leader = site.reconciler();
    site.awaitCount("SELECT count(*) FROM pg_replication_slots WHERE active", 1);
    try (Reconciler standby = site.reconciler()) {
      leader.close();
      site.workers().complete("worker", site.workers().claimAll("worker"));
      site.workers().passOffsets(ORDERS);

      site.awaitCount(BOTH, ORDERS);
      assertThat(standby.failures()).isEmpty();
    }

    assertThat(site.workers().results()).isEqualTo(ORDERS);
  }

  @Test
  void aFeedWhoseConnectionIsKilledStartsAnew() throws Exception {
    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount("SELECT count(*) FROM pg_replication_slots WHERE active", 1);
      site.execute(
          "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active");
      site.workers().complete("worker", site.workers().claimAll("worker"));
      site.workers().passOffsets(ORDERS);

      site.awaitCount(BOTH, ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  @Test
  void aMessageUnderALongerPrefixIsNotOurs() throws Exception {
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
      site.execute("SELECT pg_logical_emit_message(true, 'duly_other', '')");
      site.workers().complete("worker", site.workers().claimAll("worker"));
      site.workers().passOffsets(ORDERS);

      site.awaitCount(BOTH, ORDERS);
    }
  }

  /** The log shows a commit before the server lets others see it. */
  @Test
  void aResultThatTheLogShowsFirstIsConfirmedWhenItIsThere() throws Exception {
    site.workers().claimAll("worker");
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
      site.execute(
          """
          SELECT pg_logical_emit_message(true, 'duly', '{"kind":"RECORD","entries":[["7",1,1,"COMPLETED",false,1]]}')
          """);
      Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);

      site.execute(
          "UPDATE duly.attempt SET outcome = 'COMPLETED', transition = 1, finished_at = now() WHERE order_id = 7");

      site.awaitCount(
          "SELECT count(*) FROM duly.attempt WHERE order_id = 7 AND witness & 1 = 1", 1);
    }
  }

  @Test
  void whatCouldNotBePublishedIsPublishedLater() throws Exception {
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
      site.execute("ALTER TABLE duly.run RENAME TO gone"); // the lane of a run cannot be read
      site.execute(
          """
          SELECT pg_logical_emit_message(true, 'duly', '{"kind":"DUE","entries":[["7",0,0,null,false,1]]}')
          """);
      Awaitility.await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
      assertThat(site.workers().due()).isZero();

      site.execute("ALTER TABLE duly.gone RENAME TO run");

      site.await("published", () -> site.workers().due() > 0);
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  @Test
  void resultsRecordedWhileTheLogWasNotReadAreConfirmedByASweep() throws Exception {
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
    }
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.workers().passOffsets(ORDERS);
    site.dropSlot();

    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount(BOTH, ORDERS);
      site.awaitGapClosed();
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(site.workers().results()).isEqualTo(ORDERS);
  }

  @Test
  void aResultThatIsToldAndNotThereIsRestored() throws Exception {
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.workers().passOffsets(ORDERS);
    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount(BOTH, ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }
    site.execute("DELETE FROM duly.position");
    site.execute("DELETE FROM duly.attempt WHERE order_id IN (3, 4)");
    site.execute("UPDATE orders SET status = 'PENDING' WHERE id IN (3, 4)");

    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount("SELECT count(*) FROM duly.evidence WHERE kind = 'restored'", 2);
      site.awaitCount(BOTH, ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(site.count("SELECT count(*) FROM orders WHERE status = 'COMPLETED'"))
        .isEqualTo(ORDERS);
    assertThat(site.workers().results()).isEqualTo(ORDERS);
  }
}
