package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A reconciler that comes back after a million changes and a gigabyte of log; after {@code
 * -Dduly.backlog} orders where that is given.
 */
@EnabledIfSystemProperty(named = "duly.matrix", matches = "full")
class BacklogTest {
  private static final long ORDERS = Long.getLong("duly.backlog", 350_000);

  /** A million and a gigabyte, unless other orders are given. */
  private static final long CHANGES = ORDERS * 3;

  private static final long BYTES = ORDERS * 3_100;

  private static final String RETAINED =
      "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn) FROM pg_replication_slots";

  /** Updates of rows that the slot has still to show, in the form of the server's plugin. */
  private static final String WAITING =
      """
      SELECT count(*) FROM pg_replication_slots s, pg_logical_slot_peek_binary_changes(s.slot_name, NULL, NULL,
        'proto_version', '1', 'publication_names', s.slot_name) c
      WHERE get_byte(c.data, 0) = ascii('U')
      """;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void aReconcilerThatWasAwayCatchesUpInASmallHeap() {
    try (Shop shop = Shop.open(folder, SampleContract.IDEMPOTENT, "0ms", ORDERS)) {
      shop.forVolume().init();
      DulyProcess first = shop.start("reconciler", "first");
      shop.start("worker", "worker");
      shop.start("ingest", "ingest");
      shop.openRun();
      shop.awaitCount(
          "SELECT count(*) FROM duly.attempt WHERE witness = 3",
          ORDERS / 100,
          Duration.ofMinutes(2));
      first.close();
      shop.awaitCount(
          "SELECT sum(completed + failed) FROM duly.run_counter", ORDERS, Duration.ofMinutes(30));
      shop.execute("UPDATE orders SET clerk = 'edited'");
      shop.execute("UPDATE orders SET clerk = 'edited again'"); // for those of before
      addWal(shop);
      long wal = shop.count(RETAINED);
      long changes = shop.count(WAITING);
      assertThat(wal).isGreaterThanOrEqualTo(BYTES);
      assertThat(changes).isGreaterThanOrEqualTo(CHANGES);

      long started = System.nanoTime();
      DulyProcess second = shop.start("reconciler", "second");
      shop.awaitClosed(Duration.ofMinutes(30));

      Duration took = Duration.ofNanos(System.nanoTime() - started);
      System.out.printf(
          "backlog of %d changes, %d MB of log: took=%s, changes/s=%d, peak memory MB=%d%n",
          changes,
          wal >> 20,
          took,
          changes / Math.max(1, took.toSeconds()),
          second.peakMegabytes());
      assertThat(shop.count("SELECT count(*) FROM duly.attempt WHERE witness = 3"))
          .isEqualTo(ORDERS);
      assertThat(shop.broker().read("shop.results")).hasSize((int) ORDERS);
    }
  }

  /** Another table that is busy meanwhile, until there is a gigabyte. */
  private static void addWal(Shop shop) {
    shop.execute("CREATE TABLE busy (id bigint, filling text)");
    while (shop.count(RETAINED) < BYTES) {
      shop.execute("INSERT INTO busy SELECT n, repeat('x', 1000) FROM generate_series(1, 50000) n");
    }
  }
}
