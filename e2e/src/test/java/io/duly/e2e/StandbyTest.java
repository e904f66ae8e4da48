package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.SampleContract;
import io.duly.sandbox.verdict.Court;
import io.duly.sandbox.verdict.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Two reconcilers, of which the one that leads is killed together with a worker, or freezes. */
@EnabledIfSystemProperty(named = "duly.matrix", matches = "full")
class StandbyTest {
  private static final int ORDERS = 1_000;
  private static final int ROUNDS = 2;
  private static final Duration TAKE_OVER = Duration.ofSeconds(10);

  /** The server waits for 30 s before it gives a frozen leader up. */
  private static final Duration TAKE_OVER_OF_FROZEN = Duration.ofSeconds(50);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void theStandbyLeadsWithinSecondsAndQueuesNoOrderTwice() {
    try (Shop shop = Shop.open(folder, SampleContract.IDEMPOTENT, "150ms", ORDERS).init();
        Court court = shop.court()) {
      DulyProcess leader = shop.start("reconciler", "reconciler0");
      awaitLeading(leader);
      shop.start("ingest", "ingest");
      shop.start("worker", "survivor");
      shop.openRun();
      List<Duration> leads = new ArrayList<>();
      List<Duration> moves = new ArrayList<>();

      for (int round = 1; round <= ROUNDS; round++) {
        DulyProcess standby = shop.start("reconciler", "reconciler" + round);
        DulyProcess victim = shop.start("worker", "victim" + round);
        shop.awaitCount(open(round), 1, Duration.ofSeconds(60));
        victim.kill();
        long killed = System.nanoTime();
        leader.kill();
        awaitLeading(standby);
        leads.add(Duration.ofNanos(System.nanoTime() - killed));
        shop.awaitCount(
            "SELECT (count(*) = 0)::int FROM (" + open(round) + ") o WHERE o.count > 0",
            1,
            Duration.ofSeconds(60));
        moves.add(Duration.ofNanos(System.nanoTime() - killed));
        leader = standby;
      }
      shop.awaitClosed(Duration.ofMinutes(3));
      shop.stopProcesses();

      Verdict verdict = court.judge();
      long twice = queuedTooOften(shop);
      System.out.printf(
          "take-over of %d kills: leads max=%s, orders moved max=%s, queued too often=%d, %s%n",
          ROUNDS, Collections.max(leads), Collections.max(moves), twice, verdict);
      assertThat(verdict.violations()).isEmpty();
      assertThat(verdict.holds()).isTrue();
      assertThat(leads).allSatisfy(each -> assertThat(each).isLessThan(TAKE_OVER));
      assertThat(twice).isZero();
      assertThat(shop.count("SELECT count(*) FROM duly.attempt WHERE outcome = 'LOST'"))
          .as("orders that were there to be moved")
          .isPositive();
    }
  }

  @Test
  void theStandbyLeadsWhereTheLeaderIsFrozenAndTheLeaderGivesWayWhenItWakes() {
    try (Shop shop = Shop.open(folder, SampleContract.IDEMPOTENT, "150ms", ORDERS).init();
        Court court = shop.court()) {
      DulyProcess leader = shop.start("reconciler", "leader");
      awaitLeading(leader);
      shop.start("ingest", "ingest");
      shop.start("worker", "worker");
      shop.openRun();
      DulyProcess standby = shop.start("reconciler", "standby");
      shop.awaitCount(
          "SELECT count(*) FROM duly.attempt WHERE witness = 3", 20, Duration.ofSeconds(60));

      leader.freeze();
      long frozen = System.nanoTime();
      awaitLeading(standby);
      Duration lead = Duration.ofNanos(System.nanoTime() - frozen);
      shop.awaitClosed(Duration.ofMinutes(3));
      leader.wake();
      awaitSaid(leader, "Reconciler leads no more");
      shop.stopProcesses();

      Verdict verdict = court.judge();
      long twice = queuedTooOften(shop);
      System.out.printf(
          "take-over of a frozen leader: leads=%s, queued too often=%d, %s%n",
          lead, twice, verdict);
      assertThat(verdict.violations()).isEmpty();
      assertThat(verdict.holds()).isTrue();
      assertThat(lead).isLessThan(TAKE_OVER_OF_FROZEN);
      assertThat(twice).isZero();
      assertThat(shop.broker().read("shop.results")).hasSize(ORDERS);
    }
  }

  private static void awaitLeading(DulyProcess reconciler) {
    awaitSaid(reconciler, "Reconciler leads publication");
  }

  private static void awaitSaid(DulyProcess reconciler, String text) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> reconciler.hasSaid(text));
  }

  private static String open(int round) {
    return "SELECT count(*) FROM duly.attempt WHERE finished_at IS NULL AND worker_id LIKE 'victim"
        + round
        + "#%'";
  }

  /** Orders with more records than the run's own and one for each attempt that did not settle. */
  private static long queuedTooOften(Shop shop) {
    Map<String, Long> records =
        shop.broker().read("shop.due").stream()
            .collect(
                Collectors.groupingBy(
                    each -> new String(each.key(), StandardCharsets.UTF_8), Collectors.counting()));
    return records.entrySet().stream()
        .filter(each -> each.getValue() > 1)
        .filter(
            each ->
                each.getValue()
                    > 1
                        + shop.count(
                            "SELECT count(*) FROM duly.attempt WHERE outcome NOT IN ('COMPLETED', 'FAILED', 'IN_DOUBT') AND order_id = "
                                + each.getKey()))
        .count();
  }
}
