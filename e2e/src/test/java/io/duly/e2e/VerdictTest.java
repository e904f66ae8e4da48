package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The verdict of a run, for those who keep the books. */
class VerdictTest {
  private static final int ORDERS = 200;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void theSumsAndTheOrdersArePrintedForASpreadsheet() {
    try (Shop shop = Shop.open(folder, SampleContract.IDEMPOTENT, "0ms", ORDERS)) {
      shop.init();
      shop.start("reconciler", "reconciler");
      shop.start("worker", "worker");
      shop.start("ingest", "ingest");
      shop.openRun();
      shop.awaitClosed(Duration.ofMinutes(2));
      long failed = shop.count("SELECT failed FROM duly.run");

      List<String> sums = shop.duly("verdict", "1").out().lines().toList();
      assertThat(sums.get(0)).startsWith("run,schedule,fire_time,state,");
      assertThat(sums.get(1))
          .startsWith("1,test,")
          .endsWith(",200," + (ORDERS - failed) + "," + failed + ",0,0,0,,0");

      aSoundRunIsVerified(shop);
      shop.execute(
          "UPDATE duly.attempt SET reference = '=1+1, \"x\"' WHERE order_id = (SELECT min(order_id) FROM duly.attempt)");
      aDoctoredOrderIsNamed(shop);
      List<String> orders = shop.duly("verdict", "1", "--orders").out().lines().toList();
      assertThat(orders).hasSize(ORDERS + 1);
      assertThat(orders.get(1)).contains(",\"'=1+1, \"\"x\"\"\",");
      assertThat(orders.stream().filter(each -> each.contains(",COMPLETED,")).count())
          .isEqualTo(shop.books().effects());
      assertThat(shop.duly("verdict", "1", "--orders", "-o", "jsonl").out().lines())
          .hasSize(ORDERS)
          .allMatch(each -> each.startsWith("{\"order_id\":\""));
      assertThat(shop.duly("verdict", "2").exitCode()).isEqualTo(3);
      theLifeOfAnOrderIsShown(shop);
    }
  }

  private static void aSoundRunIsVerified(Shop shop) {
    long calledOnce =
        shop.count(
            "SELECT count(*) FROM (SELECT FROM duly.attempt GROUP BY order_id HAVING sum(calls) = 1) a");

    Command verified = shop.duly("verify", "1");

    assertThat(verified.exitCode()).as(verified.out()).isZero();
    assertThat(verified.out().lines())
        .containsSequence(
            "calls per order, by the attempts", "  %6d -> %d".formatted(1, calledOnce))
        .contains("orders      " + ORDERS)
        .endsWith("all agree");
  }

  private static void aDoctoredOrderIsNamed(Shop shop) {
    long id = shop.count("SELECT min(order_id) FROM duly.attempt");

    Command verified = shop.duly("verify", "1");

    assertThat(verified.exitCode()).isEqualTo(1);
    assertThat(verified.out().lines())
        .contains("told-right: 1")
        .anyMatch(each -> each.startsWith("  " + id + ": attempt "))
        .endsWith("they do not agree");
  }

  private static void theLifeOfAnOrderIsShown(Shop shop) {
    String id =
        Sql.texts(
                shop.url(),
                "SELECT min(order_id)::text FROM duly.attempt WHERE outcome = 'COMPLETED'")
            .get(0);
    shop.execute(
        "INSERT INTO duly.decision (order_id, generation, decided, who, reason) VALUES (%s, 0, 'COMPLETED', 'Ann', 'the bank''s statement')"
            .formatted(id));

    Command shown = shop.duly("orders", "show", id);
    assertThat(shown.out().lines())
        .satisfiesExactly(
            each -> assertThat(each).isEqualTo("order " + id + " is COMPLETED"),
            each -> assertThat(each.split(" +")).containsExactly("AT", "WHAT", "DETAIL", "KEY"),
            each ->
                assertThat(each)
                    .contains("CLAIMED    attempt 1 of run 1 (test, main) by worker")
                    .containsPattern("[0-9a-f]{8}-[0-9a-f]{4}-5"),
            each ->
                assertThat(each)
                    .contains("COMPLETED  attempt 1, 1 call, HTTP 200")
                    .contains("confirmed by log and topic"),
            each -> assertThat(each).contains("DECIDED", "COMPLETED by Ann: the bank's statement"));
    assertThat(shop.duly("orders", "show", id, "-o", "jsonl").out().lines()).hasSize(3);
    assertThat(shop.duly("orders", "show", "999999999").exitCode()).isEqualTo(3);
    assertThat(shop.duly("orders", "show", "nonsense").notes()).contains("no order nonsense");
  }
}
