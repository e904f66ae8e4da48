package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.reconciler.verify.LedgerFile;
import io.duly.reconciler.verify.Report;
import io.duly.runtime.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The API's own report against a closed run. */
@ExtendWith(SitesExtension.class)
class LedgerVerificationTest {
  @TempDir Path folder;
  private final ClosedRun run;
  private final Site site;

  LedgerVerificationTest(ClosedRun run) {
    this.run = run;
    this.site = run.site();
  }

  @Test
  void aLedgerThatLacksOrDoublesAnEffectIsFound() throws Exception {
    List<String> keys = run.keys();
    keys.remove(1);
    keys.add(keys.get(0));
    keys.add("36e03c76-4ff0-527e-b9c7-6d39244eec00\",\"order\":\"7");

    Report report = site.verify(ClosedRun.ledger(folder, keys));

    assertThat(ClosedRun.find(report, "executed").examples())
        .singleElement()
        .satisfies(each -> assertThat(each.id()).isEqualTo("2"));
    assertThat(ClosedRun.find(report, "executed-once").examples())
        .singleElement()
        .satisfies(each -> assertThat(each.id()).isEqualTo("1"));
    assertThat(ClosedRun.find(report, "executed-for-us").examples())
        .singleElement()
        .satisfies(each -> assertThat(each.id()).isEqualTo("7"));
    assertThat(report.effectsPerOrder()).isEqualTo(Map.of(0L, 1L, 1L, 48L, 2L, 1L));
  }

  @Test
  void anEffectOfAFailedOrderAndOfOneThatWasNotSentAreFound() throws Exception {
    site.execute("UPDATE duly.attempt SET outcome = 'FAILED' WHERE order_id = 4");
    site.execute("UPDATE duly.attempt SET outcome = 'NOT_EXECUTED' WHERE order_id = 6");

    Report report = site.verify(ClosedRun.ledger(folder, run.keys()));
    site.execute("UPDATE duly.attempt SET outcome = 'COMPLETED' WHERE order_id IN (4, 6)");

    assertThat(ClosedRun.find(report, "not-executed").examples())
        .singleElement()
        .satisfies(each -> assertThat(each.id()).isEqualTo("4"));
    assertThat(ClosedRun.find(report, "executed-for-us").examples())
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

    assertThat(ClosedRun.find(report, "executed").examples())
        .singleElement()
        .satisfies(each -> assertThat(each.id()).isEqualTo("9"));
    assertThat(ClosedRun.find(report, "readable").examples())
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
  void aLedgerThatIsNotThereIsAnError() {
    Path missing = folder.resolve("missing.jsonl");

    assertThatThrownBy(() -> site.verify(new LedgerFile(missing, null, null, null, Set.of())))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("there is no ledger");
  }
}
