package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.sandbox.SampleContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A shadow run shows what would be sent. */
class ShadowTest {
  private static final String ROWS =
      "SELECT concat_ws(' ', xmin, id, status) FROM orders UNION ALL SELECT count(*)::text FROM duly.attempt UNION ALL SELECT count(*)::text FROM duly.run ORDER BY 1";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void eachRequestIsShownAndNothingIsSentOrChanged() throws Exception {
    try (Shop shop = Shop.open(folder, SampleContract.IDEMPOTENT, "0ms", 2_500)) {
      shop.init();
      shop.execute("UPDATE orders SET status = 'COMPLETED' WHERE id <= 100");
      List<String> before = Sql.texts(shop.url(), ROWS);
      long due = shop.count("SELECT count(*) FROM orders WHERE status = 'PENDING'");
      Path file = folder.resolve("requests.jsonl");

      Command done = shop.duly("shadow", "--out", file.toString());

      assertThat(done.exitCode()).as(done.toString()).isZero();
      assertThat(done.out()).startsWith(due + " requests in ").contains("nothing was sent");
      assertThat(shop.books().callsByOrder()).isEmpty();
      assertThat(Sql.texts(shop.url(), ROWS)).isEqualTo(before);
      List<String> lines = Files.readAllLines(file);
      assertThat(lines).hasSize((int) due);
      JsonNode first = new ObjectMapper().readTree(lines.get(0));
      assertThat(first.get("method").asText()).isEqualTo("POST");
      assertThat(first.get("headers").get("Idempotency-Key").asText()).hasSize(36);
      assertThat(new ObjectMapper().readTree(first.get("body").asText()).get("id").asText())
          .isEqualTo(first.get("orderId").asText());

      assertThat(shop.duly("shadow", "--out", file.toString(), "--limit", "7").exitCode()).isZero();
      assertThat(Files.readAllLines(file)).isEqualTo(lines.subList(0, 7));
      assertThat(shop.duly("shadow", "--out", file.toString(), "--filter", "id < 0").exitCode())
          .isEqualTo(3);
      shop.with("api.body", "{\"nothing\": \"{no_such}\"}");
      Command failed = shop.duly("shadow", "--out", file.toString(), "--limit", "3");
      assertThat(failed.exitCode()).isEqualTo(1);
      assertThat(Files.readAllLines(file))
          .hasSize(3)
          .allMatch(each -> each.contains("no such column"));
    }
  }
}
