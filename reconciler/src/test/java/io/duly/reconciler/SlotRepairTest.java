package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.reconciler.SitesExtension.Sites;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What others do to the slot, and what becomes of it. */
@ExtendWith(SitesExtension.class)
class SlotRepairTest {
  @TempDir Path folder;
  private final Sites sites;
  private Site site;

  SlotRepairTest(Sites sites) {
    this.sites = sites;
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void aSlotDroppedWhileItRunsIsMadeAnewAndLeavesAGap() {
    site = sites.open();
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);

      site.dropSlot();

      site.await("gap", () -> site.lastGap().isPresent());
      new RepairCheck(site).works(reconciler);
      site.awaitGapClosed();
    }
    assertThat(site.lastGap().orElseThrow().reason()).contains("slot");
  }

  @Test
  void aSlotThatTheServerHasGivenUpIsMadeAnewAndLeavesAGap() {
    site =
        Site.on(
            OwnServers.start(
                folder,
                Map.of(
                    "max_slot_wal_keep_size", "16MB",
                    "min_wal_size", "32MB",
                    "max_wal_size", "32MB",
                    "fsync", "off")),
            Map.of());
    outgrowTheSlot();
    assertThat(site.slot().walStatus()).isEqualTo("lost");

    try (Reconciler reconciler = site.reconciler()) {
      new RepairCheck(site).works(reconciler);
    }

    assertThat(site.lastGap().orElseThrow().reason()).contains("given up");
    assertThat(site.slot().isLost()).isFalse();
  }

  @Test
  void aSlotMovedOnByOthersWhileWeWereAwayLeavesAGap() {
    site = sites.open();
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
    site = sites.open();
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.dropSlot();
    site.execute("SELECT pg_create_logical_replication_slot('duly', 'pgoutput')");

    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
    }

    assertThat(site.lastGap().orElseThrow().reason()).contains("made anew");
  }

  @Test
  void aRestartMissesNothing() {
    site = sites.open();
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
    site = sites.open();
    try (SlotHolder holder = SlotHolder.hold(site.settings(), Site.SLOT);
        Reconciler reconciler = site.reconciler()) {
      site.await("held", () -> site.slot().holder() != null);
      assertThat(reconciler.isReady()).isFalse();
      assertThat(reconciler.failures()).isEmpty();

      holder.close();

      new RepairCheck(site).works(reconciler);
    }
    assertThat(site.lastGap()).isEmpty();
  }

  @Test
  void aSlotOfAnotherPluginIsForAPerson() {
    site = sites.open();
    site.dropSlot();
    site.execute("SELECT pg_create_logical_replication_slot('duly', 'test_decoding')");

    new RepairCheck(site).ends("has plugin 'test_decoding'");
    assertThat(site.slot().plugin()).isEqualTo("test_decoding");
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
