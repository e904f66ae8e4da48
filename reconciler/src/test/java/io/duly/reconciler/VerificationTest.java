package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.reconciler.SitesExtension.Sites;
import io.duly.reconciler.verify.Check;
import io.duly.reconciler.verify.Finding;
import io.duly.reconciler.verify.Report;
import io.duly.runtime.UserError;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A closed run on the real parts, and each way in which it may not be what it says. */
@ExtendWith(SitesExtension.class)
class VerificationTest {
  @TempDir Path folder;
  private final ClosedRun run;
  private final Site site;

  VerificationTest(ClosedRun run) {
    this.run = run;
    this.site = run.site();
  }

  @Test
  void aHealthyRunAgreesInAll() throws Exception {
    Report report = site.verify(ClosedRun.ledger(folder, run.keys()));

    assertThat(report.findings()).isEmpty();
    assertThat(report.agrees()).isTrue();
    assertThat(report.orders()).isEqualTo(ORDERS);
    assertThat(report.completed()).isEqualTo(ORDERS);
    assertThat(report.callsPerOrder()).isEqualTo(Map.of(1L, (long) ORDERS));
    assertThat(report.effectsPerOrder()).isEqualTo(Map.of(1L, (long) ORDERS));
  }

  /** A doctored database, the check that finds it, and how it was before. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          status    | UPDATE orders SET status = 'FAILED' WHERE id = 3 | UPDATE orders SET status = 'COMPLETED' WHERE id = 3
          told      | UPDATE duly.attempt SET token = gen_random_uuid() WHERE order_id = 3 | -
          told-right | UPDATE duly.attempt SET reference = 'other' WHERE order_id = 3 | UPDATE duly.attempt SET reference = NULL WHERE order_id = 3
          told-true | UPDATE duly.attempt SET transition = 0 WHERE order_id = 3 | UPDATE duly.attempt SET transition = 1 WHERE order_id = 3
          confirmed | UPDATE duly.attempt SET witness = 2 WHERE order_id = 3 | UPDATE duly.attempt SET witness = 3 WHERE order_id = 3
          accounted | UPDATE duly.attempt SET outcome = 'RELEASED' WHERE order_id = 3 | UPDATE duly.attempt SET outcome = 'COMPLETED' WHERE order_id = 3
          finished  | UPDATE duly.attempt SET finished_at = NULL WHERE order_id = 3 | UPDATE duly.attempt SET finished_at = claimed_at WHERE order_id = 3
          sent-once | INSERT INTO duly.attempt (order_id, attempt, token, run_id, worker_id, generation, source_partition, source_offset, claimed_at, finished_at, outcome, calls) SELECT order_id, 2, gen_random_uuid(), 9, worker_id, generation, 0, 0, now(), now(), 'COMPLETED', 1 FROM duly.attempt WHERE order_id = 3 | DELETE FROM duly.attempt WHERE run_id = 9
          """)
  void anOrderThatDoesNotAgreeIsNamed(String check, String doctor, String mend) {
    String token = site.text("SELECT token FROM duly.attempt WHERE order_id = 3");
    site.execute(doctor);
    try {
      Finding finding = ClosedRun.find(site.verify(null), check);

      assertThat(finding.total()).isEqualTo(1);
      assertThat(finding.examples())
          .singleElement()
          .satisfies(each -> assertThat(each.id()).isEqualTo("3"));
    } finally {
      site.execute(
          mend.equals("-")
              ? "UPDATE duly.attempt SET token = '" + token + "' WHERE order_id = 3"
              : mend);
    }
    assertThat(site.verify(null).findings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          counted | UPDATE duly.run_counter SET failed = failed + 1 | UPDATE duly.run_counter SET failed = failed - 1
          closed  | UPDATE duly.run SET state = 'PUBLISHED' | UPDATE duly.run SET state = 'CLOSED'
          verdict | UPDATE duly.run SET selected = 51 | UPDATE duly.run SET selected = 50
          verdict | UPDATE duly.run SET completed = 49, failed = 1, selected = 49 | UPDATE duly.run SET completed = 50, failed = 0, selected = 50
          """)
  void aRunThatDoesNotAddUpIsNamed(String check, String doctor, String mend) {
    site.execute(doctor);
    try {
      assertThat(ClosedRun.find(site.verify(null), check).examples())
          .singleElement()
          .satisfies(each -> assertThat(each.id()).isEqualTo("run 1"));
    } finally {
      site.execute(mend);
    }
    assertThat(site.verify(null).findings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"status changed by others", "status refused"})
  void evidenceExplainsAStatusThatOthersChangedOrTheTableRefused(String kind) {
    site.execute("UPDATE orders SET status = 'FAILED' WHERE id = 5");
    site.execute(
        "INSERT INTO duly.evidence (order_id, attempt, kind, detail) VALUES (5, 1, '%s', 'seen')"
            .formatted(kind));

    assertThat(site.verify(null).findings()).isEmpty();

    site.execute("UPDATE orders SET status = 'COMPLETED' WHERE id = 5");
    site.execute("DELETE FROM duly.evidence");
  }

  @Test
  void aRunWhoseAttemptsWerePurgedIsNotJudged() {
    site.execute("UPDATE duly.run SET purged_at = now()");
    try {
      assertThatThrownBy(() -> site.verify(null))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("were purged");
    } finally {
      site.execute("UPDATE duly.run SET purged_at = NULL");
    }
  }

  /** Made once all checks were seen to pass, as what is in a topic stays there. */
  @Test
  void forgedAndRepeatedEventsAreFoundAndGarbageIsCounted(Sites sites) throws Exception {
    try (Site forged = sites.with(Map.of("api.contract", "neither", "installation", "forged"))) {
      forged.workers().complete("worker", forged.workers().claimAll("worker"));
      String token = forged.text("SELECT token FROM duly.attempt WHERE order_id = 1");
      String event =
          "{\"order\":\"1\",\"attempt\":1,\"transition\":1,\"token\":\""
              + token
              + "\",\"outcome\":\"COMPLETED\",\"run\":1}";
      forged.workers().tell("1", event);
      forged.workers().tell("1", event);
      forged.workers().tell("2", event.replace("\"order\":\"1\"", "\"order\":\"2\""));
      forged.workers().tell("2", "no JSON");
      forged.workers().tell("2", "{}");

      Report report = forged.verify(null);

      assertThat(ClosedRun.find(report, "told-once").examples())
          .singleElement()
          .satisfies(each -> assertThat(each.id()).isEqualTo("1"));
      assertThat(ClosedRun.find(report, "told-true").examples())
          .singleElement()
          .satisfies(each -> assertThat(each.id()).isEqualTo("2"));
      assertThat(ClosedRun.find(report, "readable").total()).isEqualTo(2);
      assertThat(ClosedRun.find(report, "told").total()).isEqualTo(ORDERS - 1);
      assertThat(ClosedRun.find(report, "told").examples()).hasSize(20);
    }
  }

  @Test
  void eachCheckHasATestAbove() {
    assertThat(EnumSet.allOf(Check.class)).hasSize(16);
  }
}
