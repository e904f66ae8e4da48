package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Gap;
import io.duly.runtime.UserError;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others do to the slot, the publication and the table, and what becomes of it. */
class FeedRepairTest {
  private static final String DROP = "SELECT pg_drop_replication_slot('duly')";
  private static final String FREE =
      "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = 'duly' AND active";

  @TempDir Path folder;
  private Site site;

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void aSlotDroppedWhileItRunsIsMadeAnewAndLeavesAGap() {
    site = Site.open(folder);
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);

      dropSlot();

      site.await("gap", () -> site.lastGap().isPresent());
      assertWorksAgain(reconciler);
      site.awaitGapClosed();
    }
    assertThat(site.lastGap().orElseThrow().reason()).contains("slot");
  }

  @Test
  void aSlotThatTheServerHasGivenUpIsMadeAnewAndLeavesAGap() {
    site =
        Site.open(
            folder,
            Map.of(
                "max_slot_wal_keep_size", "16MB",
                "min_wal_size", "32MB",
                "max_wal_size", "32MB",
                "fsync", "off"));
    outgrowTheSlot();
    assertThat(site.slot().walStatus()).isEqualTo("lost");

    try (Reconciler reconciler = site.reconciler()) {
      assertWorksAgain(reconciler);
    }

    assertThat(site.lastGap().orElseThrow().reason()).contains("given up");
    assertThat(site.slot().isLost()).isFalse();
  }

  @Test
  void aSlotMovedOnByOthersWhileWeWereAwayLeavesAGap() {
    site = Site.open(folder);
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
    }
    assertThat(site.lastGap()).isEmpty();
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.execute("SELECT pg_replication_slot_advance('duly', pg_current_wal_lsn())");

    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(site.lastGap().orElseThrow().reason()).contains("moved on by others");
  }

  @Test
  void aSlotMadeAnewByOthersWhileWeWereAwayLeavesAGap() {
    site = Site.open(folder);
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.execute(DROP);
    site.execute("SELECT pg_create_logical_replication_slot('duly', 'pgoutput')");

    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
    }

    assertThat(site.lastGap().orElseThrow().reason()).contains("made anew");
  }

  @Test
  void aRestartMissesNothing() {
    site = Site.open(folder);
    for (int start = 0; start < 3; start++) {
      try (Reconciler reconciler = site.reconciler()) {
        site.await("ready", reconciler::isReady);
        site.execute("UPDATE orders SET note = note || 'x'");
      }
    }

    assertThat(site.lastGap()).isEmpty();
  }

  @Test
  @SuppressWarnings("try") // Closes the holder in the midst.
  void aSlotInUseElsewhereIsWaitedFor() throws Exception {
    site = Site.open(folder);
    try (SlotHolder holder = SlotHolder.hold(site.settings(), Site.SLOT);
        Reconciler reconciler = site.reconciler()) {
      site.await("held", () -> site.slot().holder() != null);
      assertThat(reconciler.isReady()).isFalse();
      assertThat(reconciler.failures()).isEmpty();

      holder.close();

      assertWorksAgain(reconciler);
    }
    assertThat(site.lastGap()).isEmpty();
  }

  @Test
  void aPublicationDroppedWhileItRunsIsMadeAnewAndLeavesAGap() {
    site = Site.open(folder);
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);

      site.execute("DROP PUBLICATION duly");
      site.execute("UPDATE orders SET note = 'not published'");

      site.await("gap", () -> site.lastGap().isPresent());
      assertWorksAgain(reconciler);
      site.awaitGapClosed();
    }
    assertThat(site.lastGap().orElseThrow().reason()).contains("publication");
  }

  @Test
  void aTableTakenOutOfThePublicationIsPutBackAndLeavesAGap() {
    site = Site.open(folder);
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);

      site.execute("ALTER PUBLICATION duly DROP TABLE orders");

      site.await("gap", () -> site.lastGap().isPresent());
      assertWorksAgain(reconciler);
      site.awaitGapClosed();
    }
    assertThat(site.lastGap().orElseThrow().reason()).contains("the publication gave");
  }

  @Test
  void anAlteredReplicaIdentityIsFollowed() {
    site = Site.open(folder);
    try (Reconciler reconciler = site.reconciler()) {
      for (String identity : new String[] {"FULL", "NOTHING", "DEFAULT"}) {
        site.await("ready", reconciler::isReady);
        Optional<Gap> before = site.lastGap();
        site.execute("ALTER TABLE orders REPLICA IDENTITY " + identity);

        site.await("gap after " + identity, () -> !site.lastGap().equals(before));
        site.await("ready with " + identity, reconciler::isReady);
        site.execute("UPDATE orders SET note = '" + identity + "'");
        site.awaitGapClosed();
      }
      assertWorksAgain(reconciler);
    }
  }

  @Test
  void aSlotOfAnotherPluginIsForAPerson() {
    site = Site.open(folder);
    site.execute(DROP);
    site.execute("SELECT pg_create_logical_replication_slot('duly', 'test_decoding')");

    assertEndsWith("has plugin 'test_decoding'");
    assertThat(site.slot().plugin()).isEqualTo("test_decoding");
  }

  @Test
  void aColumnRenamedWhileItRunsIsForAPerson() {
    site = Site.open(folder);
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);

      site.execute("ALTER TABLE orders RENAME COLUMN status TO state");
      site.execute("UPDATE orders SET note = 'renamed'");

      site.await("failure", () -> !reconciler.failures().isEmpty());
      assertFails(reconciler, "has no column status");
    }
  }

  @Test
  void aTableDroppedIsForAPerson() {
    site = Site.open(folder);
    site.execute("DROP TABLE orders CASCADE");

    assertEndsWith("public.orders does not exist");
  }

  private void assertEndsWith(String reason) {
    try (Reconciler reconciler = site.reconciler()) {
      site.await("failure", () -> !reconciler.failures().isEmpty());
      assertFails(reconciler, reason);
    }
  }

  private static void assertFails(Reconciler reconciler, String reason) {
    assertThat(reconciler.isReady()).isFalse();
    assertThat(reconciler.failures())
        .singleElement()
        .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
        .hasMessageContaining(reason)
        .hasCauseInstanceOf(UserError.class);
  }

  /** Results that come now are confirmed, and the reconciler is ready and without a failure. */
  private void assertWorksAgain(Reconciler reconciler) {
    site.await("ready", reconciler::isReady);
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.awaitCount("SELECT count(*) FROM duly.attempt WHERE witness & 1 = 1", Site.ORDERS);
    assertThat(reconciler.failures()).isEmpty();
  }

  /** A slot can be dropped only while nobody reads it, and its reader is back at once. */
  private void dropSlot() {
    site.await(
        "dropped",
        () -> {
          site.execute(FREE);
          try {
            site.execute(DROP);
            return true;
          } catch (RuntimeException e) {
            return false;
          }
        });
  }

  private void outgrowTheSlot() {
    site.execute("CREATE TABLE filler (text text)");
    for (int round = 0; round < 5; round++) {
      site.execute("INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, 16000)");
      site.execute("SELECT pg_switch_wal()");
      site.execute("CHECKPOINT");
    }
  }
}
