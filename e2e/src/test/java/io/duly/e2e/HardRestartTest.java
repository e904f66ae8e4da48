package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.SampleContract;
import io.duly.sandbox.verdict.Court;
import io.duly.sandbox.verdict.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PostgreSQL is killed with SIGKILL again and again under load, and starts with its recovery. */
@EnabledIfSystemProperty(named = "duly.matrix", matches = "full")
class HardRestartTest {
  private static final int ORDERS = 1_000;
  private static final int RESTARTS = 3;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @ParameterizedTest
  @EnumSource(
      value = SampleContract.class,
      names = {"IDEMPOTENT", "NEITHER"})
  void aRunClosesThoughItsDatabaseIsKilledThreeTimes(SampleContract contract) {
    try (Shop shop = Shop.open(folder, contract, "50ms", ORDERS)) {
      shop.with("api.concurrency", "8").with("worker.window", "24").init();
      try (Court court = shop.court()) {
        for (String part : List.of("reconciler", "ingest", "worker")) {
          shop.start(part, part);
        }
        shop.start("worker", "worker2");
        shop.openRun();

        for (int restart = 1; restart <= RESTARTS; restart++) {
          shop.awaitCount(
              "SELECT count(*) FROM orders WHERE status IN ('COMPLETED', 'FAILED', 'IN_DOUBT')",
              (long) ORDERS * restart / (RESTARTS + 2),
              Duration.ofMinutes(2));
          shop.restartDatabaseHard();
        }
        shop.awaitClosed(Duration.ofMinutes(3));
        shop.stopProcesses();

        Verdict verdict = court.judge();
        System.out.printf("database killed %d times, %s: %s%n", RESTARTS, contract, verdict);
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.holds()).isTrue();
        assertThat(verdict.orders()).isEqualTo(ORDERS);
      }
    }
  }
}
