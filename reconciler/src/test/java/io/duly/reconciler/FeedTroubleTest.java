package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.reconciler.SitesExtension.Sites;
import io.duly.runtime.Loop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A server that crashes, stands still or keeps too much log, and the feed that lives with it. */
@ExtendWith(SitesExtension.class)
class FeedTroubleTest {
  private static final long MIB = 1 << 20;
  private static final boolean NIGHTLY =
      System.getProperty("duly.matrix", "pairwise").equals("full");

  @TempDir Path folder;
  private final Sites sites;
  private Site site;

  FeedTroubleTest(Sites sites) {
    this.sites = sites;
  }

  /** On a server of the test's own, with settings for it. */
  private OwnServers open(Map<String, String> server) {
    OwnServers servers = OwnServers.start(folder, server);
    site = Site.on(servers, Map.of());
    return servers;
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void comesBackByItselfAfterTheServerCrashedUnderLoad() {
    OwnServers servers = open(Map.of());
    AtomicLong edits = new AtomicLong();
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
      try (Loop load =
          Loop.start(
              "load",
              Duration.ofMillis(1),
              () -> {
                site.execute("UPDATE orders SET note = 'edit " + edits.incrementAndGet() + "'");
                return 0;
              })) {
        site.await("load", () -> edits.get() > 50);

        servers.crash();

        site.await("not ready or back", () -> edits.get() > 100);
        site.await("ready", reconciler::isReady);
        assertThat(load.failure()).isNull();
      }
      site.trust();
      site.workers().complete("worker", site.workers().claimAll("worker"));
      site.awaitCount("SELECT count(*) FROM duly.attempt WHERE witness & 1 = 1", Site.ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(site.lastGap()).isEmpty();
  }

  @Test
  void aQuietTableBesideABusyOneRetainsNoLog() {
    open(Map.of("fsync", "off", "max_wal_size", "64MB"));
    site.execute("CREATE TABLE busy (text text)");
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
      for (int round = 0; round < 10; round++) {
        site.execute("INSERT INTO busy SELECT repeat('x', 1000) FROM generate_series(1, 10000)");
      }
      long written = site.slot().retained();

      site.await(
          "retained log",
          () -> {
            site.execute("CHECKPOINT");
            return site.slot().retained() < 2 * MIB;
          });

      System.out.printf(
          "retained after 10 loads: %,d KiB, in the end %,d KiB%n",
          written / 1024, site.slot().retained() / 1024);
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  @Test
  void aHugeTransactionOfTheOwnerIsTakenInPieces() {
    site = sites.open();
    int rows = NIGHTLY ? 400_000 : 100_000;
    site.execute(
        "INSERT INTO orders SELECT n, 'OLD', repeat('x', 500) FROM generate_series(1001, 1000 + %d) n"
            .formatted(rows));
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
      long begun = System.nanoTime();

      site.execute("UPDATE orders SET status = 'OLDER' WHERE status = 'OLD'");
      site.workers().complete("worker", site.workers().claimAll("worker"));

      site.awaitCount("SELECT count(*) FROM duly.attempt WHERE witness & 1 = 1", Site.ORDERS);
      System.out.printf(
          "%,d rows in one transaction took %d ms to the result behind them%n",
          rows, Duration.ofNanos(System.nanoTime() - begun).toMillis());
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  @Test
  void isNotReadyWhileItsHeartbeatsDoNotComeBack() {
    site = sites.open();
    try (Reconciler reconciler = site.reconciler();
        Reconciler standby = site.reconciler()) {
      site.await("one leads", () -> reconciler.isReady() && standby.isReady());
      long walsender = walsender();

      signal(walsender, "STOP");
      try {
        site.await("not ready", () -> !(reconciler.isReady() && standby.isReady()));
      } finally {
        signal(walsender, "CONT");
      }

      site.await("ready again", () -> reconciler.isReady() && standby.isReady());
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  @Test
  void aSlotGivenUpByTheServerWhileItIsReadIsMadeAnewAndLeavesAGap() {
    open(
        Map.of(
            "max_slot_wal_keep_size", "16MB",
            "min_wal_size", "32MB",
            "max_wal_size", "32MB",
            "fsync", "off"));
    site.execute("CREATE TABLE filler (text text)");
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
      long walsender = walsender();
      signal(walsender, "STOP");
      try {
        outgrow();
      } finally {
        signal(walsender, "CONT");
      }

      site.await("gap", () -> site.lastGap().isPresent());
      site.await("ready again", reconciler::isReady);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(site.lastGap().orElseThrow().reason()).contains("given up");
  }

  @Test
  void closesAtAnyMomentAndTwice() throws Exception {
    site = sites.open();
    for (int millis = 0; millis < 3_000; millis += NIGHTLY ? 300 : 600) {
      Reconciler reconciler = site.reconciler();
      Awaitility.await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
      long begun = System.nanoTime();

      Thread other = new Thread(reconciler::close, "other");
      other.start();
      reconciler.close();
      other.join();
      reconciler.close();

      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(45));
      site.await("slot is free", () -> site.slot().holder() == null);
    }
  }

  private void outgrow() {
    for (int round = 0; round < 5; round++) {
      site.execute("INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, 16000)");
      site.execute("SELECT pg_switch_wal()");
    }
    Thread checkpoint =
        new Thread(() -> site.execute("CHECKPOINT"), "checkpoint"); // waits for the reader to die
    checkpoint.setDaemon(true);
    checkpoint.start();
    Awaitility.await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
  }

  private long walsender() {
    return site.count("SELECT active_pid FROM pg_replication_slots WHERE slot_name = 'duly'");
  }

  private static void signal(long pid, String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start();
      assertThat(kill.waitFor()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
