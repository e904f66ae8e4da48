package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code duly lag} of workers that have done all there was to do. */
class LagOfRunsTest {
  private static final String CALLS = "SELECT sum(calls) FROM duly.attempt WHERE run_id ";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void isZeroAfterADrainedRunInBothGroupProtocols() throws Exception {
    try (Shop shop = Shop.open(folder.resolve("shop"), SampleContract.IDEMPOTENT, "0ms", 100)) {
      shop.init();
      assertThat(LagTest.sum(LagTest.lags(shop.duly("lag", "-o", "json")))).isZero();
      shop.start("run", "classic");
      shop.openRun();
      shop.awaitClosed(Duration.ofMinutes(1));
      assertThatAllIsDone(shop, "classic");

      shop.stopProcesses();
      shop.without("kafka.session.timeout.ms").without("kafka.heartbeat.interval.ms");
      shop.with("kafka.group.protocol", "consumer").with("worker.group", "another");
      JsonNode before = LagTest.lags(shop.duly("lag", "-o", "json"));
      assertThat(LagTest.sum(before)).isEqualTo(shop.broker().read("shop.due").size());
      assertThat(before.get(0).get("currentOffset").isNull()).isTrue();
      assertThat(before.get(0).get("timeLag").asDouble()).isPositive();
      shop.execute(
          """
          INSERT INTO orders (id, customer, total_price, priority, clerk, order_date)
          SELECT 9000000 + n, 1, 9.50, '1-URGENT', 'Ann', '2026-11-23' FROM generate_series(1, 50) n
          """);
      long calls = shop.count(CALLS + "= 1");
      shop.start("run", "consumer");
      shop.openRun();
      shop.awaitCount(
          "SELECT count(*) FROM duly.run WHERE state = 'CLOSED'", 2, Duration.ofMinutes(1));
      assertThatAllIsDone(shop, "consumer");
      assertThat(shop.count(CALLS + "= 1")).isEqualTo(calls);
      assertThat(shop.count(CALLS + "> 1 AND worker_id LIKE 'consumer%'"))
          .isGreaterThanOrEqualTo(50);
      // a call that nobody heard the answer of is made again, and has no second effect
      assertThat(shop.books().callsByOrder()).hasSize(150);
      assertThat(shop.books().effects())
          .isEqualTo(shop.count("SELECT count(*) FROM orders WHERE status = 'COMPLETED'"));
    }
  }

  private static void assertThatAllIsDone(Shop shop, String client) throws Exception {
    Command done = shop.duly("lag", "--until-zero", "--timeout", "1m", "-o", "json");
    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(LagTest.lags(done))
        .hasSize(8)
        .allSatisfy(each -> assertThat(each.get("lag").asLong()).isZero())
        .allSatisfy(each -> assertThat(each.get("timeLag").isNull()).isTrue())
        .anySatisfy(each -> assertThat(each.get("clientId").asText()).isEqualTo(client));
  }
}
