package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Each run is tried out on its first orders. */
class CanaryTest {
  private static final int ORDERS = 300;
  private static final int CANARY = 15;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void anApiThatFailsEverythingIsCalledForTheCanaryOnlyAndAGoodOneGoesOn() {
    try (Shop shop = Shop.open(folder, SampleContract.NEITHER, "5ms", ORDERS)) {
      shop.with("canary.orders", "5%").with("api.timeout", "10s").with("ingest.page", "7");
      shop.with("worker.heartbeat-timeout", "10s").with("reconciler.grace", "1m").init();
      // this shop takes each answer of its API for a final refusal
      shop.with("api.success-status", "299").with("api.failure-status", "200,402");
      shop.start("run", "all");
      shop.openRun();
      shop.awaitCount("SELECT count(*) FROM duly.run WHERE paused IS NOT NULL", 1, PATIENCE);

      assertThat(shop.duly("status", "1").out())
          .contains("run paused canary: of the first 15 orders 15 FAILED and 0 are in doubt");
      assertThat(shop.books().requests()).isEqualTo(CANARY);
      assertThat(shop.count("SELECT count(*) FROM orders WHERE status = 'PENDING'"))
          .isEqualTo(ORDERS - CANARY);
      assertThat(shop.duly("cancel", "1", "--reason", "mend the API").exitCode()).isZero();

      shop.stopProcesses();
      assertThat(shop.books().requests()).isEqualTo(CANARY);
      shop.with("api.success-status", "200-299").with("api.failure-status", "402");
      shop.with("canary.orders", String.valueOf(CANARY)).with("canary.max-failures", "100%");
      shop.start("run", "again");
      shop.openRun();
      shop.awaitClosed(PATIENCE);

      long waited = shop.count(WAITED_MILLIS);
      System.out.printf("the others followed %d ms after the last outcome of the canary%n", waited);
      assertThat(waited).isBetween(0L, 2_000L);
      assertThat(shop.books().requests()).isEqualTo(ORDERS);
      assertThat(shop.duly("verify", "2").exitCode()).isZero();
    }
  }

  private static final String WAITED_MILLIS =
      """
      SELECT (extract(epoch FROM min(a.claimed_at) FILTER (WHERE NOT a.order_id::text = ANY (r.canary_ids))
        - max(a.finished_at) FILTER (WHERE a.order_id::text = ANY (r.canary_ids))) * 1000)::bigint
      FROM duly.attempt a JOIN duly.run r ON r.id = a.run_id WHERE r.id = 2
      """;
}
