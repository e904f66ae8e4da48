package io.duly.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.LedgerReader;
import io.duly.sandbox.LedgerSummary;
import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An owner who edits, deletes and re-opens orders while they are processed; {@code -Dduly.seed}
 * repeats what he did.
 */
class OwnerTest {
  private static final int ORDERS = 1_000;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @ParameterizedTest
  @EnumSource(
      value = SampleContract.class,
      names = {"IDEMPOTENT", "NEITHER"})
  void anOwnerAtWorkCausesNoSecondEffectAndTheRunCloses(SampleContract contract) {
    long seed = Long.getLong("duly.seed", System.nanoTime());
    Owner owner = new Owner(new Random(seed));
    try (Shop shop = Shop.open(folder, contract, "150ms", ORDERS)) {
      shop.with("api.concurrency", "8").with("worker.window", "24").init();
      for (String part : new String[] {"reconciler", "ingest", "worker"}) {
        shop.start(part, part);
      }
      shop.start("worker", "worker2");
      shop.awaitCount("SELECT count(*) FROM duly.worker", 2, Duration.ofMinutes(1));
      shop.openRun();

      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> owner.act(shop) && isMostlyCalled(shop));
      shop.awaitClosed(Duration.ofMinutes(2));
      shop.stopProcesses();

      LedgerSummary books = shop.books();
      System.out.printf(
          "owner's changes %s, %s: seed=%d calls=%d effects=%d evidence=%d moved=%d statuses=%s%n",
          owner,
          contract,
          seed,
          books.requests(),
          books.effects(),
          shop.count("SELECT count(*) FROM duly.evidence"),
          moved(shop),
          statuses(shop));
      assertThat(books.ordersWithTwoEffects()).isZero();
      if (contract == SampleContract.NEITHER) {
        assertThat(books.callsByOrder()).allSatisfy((id, calls) -> assertThat(calls).isOne());
      }
      assertThat(keys(shop)).allSatisfy((id, keys) -> assertThat(keys).hasSize(1));
      assertThat(shop.count("SELECT count(*) FROM duly.evidence")).isPositive();
      assertThat(moved(shop)).as("orders moved though no worker died").isZero();
      assertThat(shop.count("SELECT count(*) FROM orders WHERE status = 'PROCESSING'")).isZero();
      assertThat(publishedAgain(shop)).as("records of orders with a result").isEmpty();
      Command verified = shop.duly("verify", "1");
      assertThat(verified.exitCode()).as(verified.out()).isZero();
    }
  }

  private static boolean isMostlyCalled(Shop shop) {
    return shop.count("SELECT count(*) FROM duly.attempt") > ORDERS * 2 / 3;
  }

  private static long moved(Shop shop) {
    return shop.count("SELECT count(*) FROM duly.attempt WHERE reason LIKE 'worker lost%'");
  }

  /**
   * Records that follow the one by which their order got its result, though no attempt of it asks
   * for another.
   */
  private static List<String> publishedAgain(Shop shop) {
    Map<String, Long> answered = new HashMap<>();
    Sql.texts(
            shop.url(),
            """
            SELECT concat_ws(' ', a.order_id, a.source_partition, min(a.source_offset)) FROM duly.attempt a
            WHERE a.outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT') AND NOT EXISTS (
              SELECT FROM duly.attempt b WHERE b.order_id = a.order_id AND b.outcome IN ('RETRY', 'LOST', 'NOT_EXECUTED'))
            GROUP BY a.order_id, a.source_partition
            """)
        .forEach(
            each ->
                answered.put(
                    each.substring(0, each.lastIndexOf(' ')),
                    Long.valueOf(each.substring(each.lastIndexOf(' ') + 1))));
    assertThat(answered).isNotEmpty();
    return shop.broker().read("shop.due").stream()
        .filter(
            each ->
                each.offset()
                    > answered.getOrDefault(
                        new String(each.key(), UTF_8) + " " + each.partition(), Long.MAX_VALUE))
        .map(each -> new String(each.key(), UTF_8) + " at " + each.offset())
        .toList();
  }

  private static Map<String, Long> statuses(Shop shop) {
    Map<String, Long> counts = new HashMap<>();
    for (String each : new String[] {"PENDING", "COMPLETED", "FAILED", "IN_DOUBT", "CANCELLED"}) {
      counts.put(each, shop.count("SELECT count(*) FROM orders WHERE status = '" + each + "'"));
    }
    return counts;
  }

  private static Map<String, Set<String>> keys(Shop shop) {
    Map<String, Set<String>> keys = new HashMap<>();
    LedgerReader.forEach(
        shop.ledger(),
        each ->
            keys.computeIfAbsent(each.call().order(), order -> new HashSet<>())
                .add(each.call().key()));
    return keys;
  }
}
