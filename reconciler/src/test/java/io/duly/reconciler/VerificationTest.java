package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.orders.IdempotencyKeys;
import io.duly.reconciler.verify.Check;
import io.duly.reconciler.verify.Finding;
import io.duly.reconciler.verify.LedgerFile;
import io.duly.reconciler.verify.Report;
import io.duly.runtime.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A closed run on the real parts, and each way in which it may not be what it says. */
class VerificationTest {
  @TempDir static Path folder;
  private static Site site;

  @BeforeAll
  static void closeARun() throws Exception {
    site = Site.with(folder, Map.of("api.contract", "neither"));
    site.workers().publish(ORDERS);
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.workers().passOffsets(ORDERS);
    site.execute(
        "UPDATE duly.run SET state = 'PUBLISHED', selected = 50, last_id = 50, start_offsets = '{0}', end_offsets = '{50}'");
    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount("SELECT count(*) FROM duly.run WHERE state = 'CLOSED'", 1);
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  @AfterAll
  static void close() {
    site.close();
  }

  @Test
  void aHealthyRunAgreesInAll() throws Exception {
    Report report = site.verify(ledger(keys(), "effect"));

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
      Finding finding = find(site.verify(null), check);

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
      assertThat(find(site.verify(null), check).examples())
          .singleElement()
          .satisfies(each -> assertThat(each.id()).isEqualTo("run 1"));
    } finally {
      site.execute(mend);
    }
    assertThat(site.verify(null).findings()).isEmpty();
  }

  @Test
  void evidenceExplainsAStatusThatOthersChanged() {
    site.execute("UPDATE orders SET status = 'FAILED' WHERE id = 5");
    site.execute(
        "INSERT INTO duly.evidence (order_id, attempt, kind, detail) VALUES (5, 1, 'status changed by others', 'seen')");

    assertThat(site.verify(null).findings()).isEmpty();

    site.execute("UPDATE orders SET status = 'COMPLETED' WHERE id = 5");
    site.execute("DELETE FROM duly.evidence");
  }

  @Test
  void aLedgerThatLacksOrDoublesAnEffectIsFound() throws Exception {
    List<String> keys = keys();
    keys.remove(1);
    keys.add(keys.get(0));
    keys.add("36e03c76-4ff0-527e-b9c7-6d39244eec00\",\"order\":\"7");

    Report report = site.verify(ledger(keys, "effect"));

    assertThat(find(report, "executed").examples())
        .singleElement()
        .satisfies(each -> assertThat(each.id()).isEqualTo("2"));
    assertThat(find(report, "executed-once").examples())
        .singleElement()
        .satisfies(each -> assertThat(each.id()).isEqualTo("1"));
    assertThat(find(report, "executed-for-us").examples())
        .singleElement()
        .satisfies(each -> assertThat(each.id()).isEqualTo("7"));
    assertThat(report.effectsPerOrder()).isEqualTo(Map.of(0L, 1L, 1L, 48L, 2L, 1L));
  }

  @Test
  void anEffectOfAFailedOrderAndOfOneThatWasNotSentAreFound() throws Exception {
    site.execute("UPDATE duly.attempt SET outcome = 'FAILED' WHERE order_id = 4");
    site.execute("UPDATE duly.attempt SET outcome = 'NOT_EXECUTED' WHERE order_id = 6");

    Report report = site.verify(ledger(keys(), "effect"));
    site.execute("UPDATE duly.attempt SET outcome = 'COMPLETED' WHERE order_id IN (4, 6)");

    assertThat(find(report, "not-executed").examples())
        .singleElement()
        .satisfies(each -> assertThat(each.id()).isEqualTo("4"));
    assertThat(find(report, "executed-for-us").examples())
        .singleElement()
        .satisfies(each -> assertThat(each.id()).isEqualTo("6"));
  }

  @Test
  void aLedgerInCsvIsMatchedByTheOrderWhereItHasNoKey() throws Exception {
    StringBuilder csv = new StringBuilder("reference,order no,what\n");
    for (int n = 1; n <= ORDERS; n++) {
      csv.append("r").append(n).append(",").append(n).append(n == 9 ? ",declined\n" : ",paid\n");
    }
    csv.append("too,few\n");
    Path file = Files.writeString(folder.resolve("ledger.csv"), csv);

    Report report = site.verify(new LedgerFile(file, null, "order no", "what", Set.of("paid")));

    assertThat(find(report, "executed").examples())
        .singleElement()
        .satisfies(each -> assertThat(each.id()).isEqualTo("9"));
    assertThat(find(report, "readable").examples())
        .singleElement()
        .satisfies(each -> assertThat(each.id()).isEqualTo("line 52"));
    assertThatThrownBy(
            () -> site.verify(new LedgerFile(file, null, "order", null, LedgerFile.EFFECTS)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has no column order")
        .hasMessageContaining("order no");
    assertThatThrownBy(() -> site.verify(new LedgerFile(file, null, null, null, Set.of())))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("--ledger-order");
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

  @Test
  void aLedgerThatIsNotThereIsAnError() {
    Path missing = folder.resolve("missing.jsonl");

    assertThatThrownBy(() -> site.verify(new LedgerFile(missing, null, null, null, Set.of())))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("there is no ledger");
  }

  /** Made once all checks were seen to pass, as what is in a topic stays there. */
  @Test
  void forgedAndRepeatedEventsAreFoundAndGarbageIsCounted() throws Exception {
    try (Site forged = Site.with(folder.resolve("forged"), Map.of("api.contract", "neither"))) {
      forged.workers().complete("worker", forged.workers().claimAll("worker"));
      String token = forged.text("SELECT token FROM duly.attempt WHERE order_id = 1");
      String event =
          "{\"order\":\"1\",\"attempt\":1,\"transition\":1,\"token\":\""
              + token
              + "\",\"outcome\":\"COMPLETED\",\"run\":1}";
      forged.workers().produce("orders.results", "1", event);
      forged.workers().produce("orders.results", "1", event);
      forged
          .workers()
          .produce("orders.results", "2", event.replace("\"order\":\"1\"", "\"order\":\"2\""));
      forged.workers().produce("orders.results", "2", "no JSON");
      forged.workers().produce("orders.results", "2", "{}");

      Report report = forged.verify(null);

      assertThat(find(report, "told-once").examples())
          .singleElement()
          .satisfies(each -> assertThat(each.id()).isEqualTo("1"));
      assertThat(find(report, "told-true").examples())
          .singleElement()
          .satisfies(each -> assertThat(each.id()).isEqualTo("2"));
      assertThat(find(report, "readable").total()).isEqualTo(2);
      assertThat(find(report, "told").total()).isEqualTo(ORDERS - 1);
      assertThat(find(report, "told").examples()).hasSize(20);
    }
  }

  @Test
  void eachCheckHasATestAbove() {
    assertThat(EnumSet.allOf(Check.class)).hasSize(16);
  }

  private static Finding find(Report report, String check) {
    return report.findings().stream()
        .filter(each -> each.check().equals(check))
        .findFirst()
        .orElseThrow(() -> new AssertionError(check + " is not among " + report.findings()));
  }

  private static List<String> keys() {
    IdempotencyKeys keys =
        new IdempotencyKeys(site.settings().text("installation"), site.table().name());
    List<String> all = new ArrayList<>();
    for (int n = 1; n <= ORDERS; n++) {
      all.add(keys.of(String.valueOf(n), 0).toString());
    }
    return all;
  }

  /** In the form of the sample API's books, of which only the effects count. */
  private static LedgerFile ledger(List<String> keys, String event) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String key : keys) {
      lines.append("{\"event\":\"received\",\"key\":\"").append(key).append("\"}\n");
      lines
          .append("{\"event\":\"")
          .append(event)
          .append("\",\"key\":\"")
          .append(key)
          .append("\"}\n");
    }
    Path file = Files.writeString(folder.resolve("ledger.jsonl"), lines);
    return new LedgerFile(file, null, null, null, LedgerFile.EFFECTS);
  }
}
