package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.IdempotencyKeys;
import io.duly.reconciler.verify.Finding;
import io.duly.reconciler.verify.LedgerFile;
import io.duly.reconciler.verify.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A closed run on the real parts, for tests that doctor it and mend it again. */
record ClosedRun(Site site) implements AutoCloseable {
  static ClosedRun on(Ground ground) {
    Site site = Site.on(ground, Map.of("api.contract", "neither"));
    site.workers().publish(ORDERS);
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.workers().passOffsets(ORDERS);
    site.execute(
        "UPDATE duly.run SET state = 'PUBLISHED', selected = 50, last_id = 50, start_offsets = '{0}', end_offsets = '{50}'");
    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount("SELECT count(*) FROM duly.run WHERE state = 'CLOSED'", 1);
      assertThat(reconciler.failures()).isEmpty();
    }
    return new ClosedRun(site);
  }

  static Finding find(Report report, String check) {
    return report.findings().stream()
        .filter(each -> each.check().equals(check))
        .findFirst()
        .orElseThrow(() -> new AssertionError(check + " is not among " + report.findings()));
  }

  /** Of order 1 and on. */
  List<String> keys() {
    IdempotencyKeys keys =
        new IdempotencyKeys(site.settings().text("installation"), site.table().name());
    List<String> all = new ArrayList<>();
    for (int n = 1; n <= ORDERS; n++) {
      all.add(keys.of(String.valueOf(n), 0).toString());
    }
    return all;
  }

  /** In the form of the sample API's books, of which only the effects count. */
  static LedgerFile ledger(Path folder, List<String> keys) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String key : keys) {
      lines.append("{\"event\":\"received\",\"key\":\"").append(key).append("\"}\n");
      lines
          .append("{\"event\":\"")
          .append("effect")
          .append("\",\"key\":\"")
          .append(key)
          .append("\"}\n");
    }
    Path file = Files.writeString(folder.resolve("ledger.jsonl"), lines);
    return new LedgerFile(file, null, null, null, LedgerFile.EFFECTS);
  }

  @Override
  public void close() {
    site.close();
  }
}
