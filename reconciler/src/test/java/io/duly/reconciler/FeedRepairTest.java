package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Gap;
import io.duly.reconciler.SitesExtension.Sites;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What others do to the publication and the table, and what becomes of it. */
@ExtendWith(SitesExtension.class)
class FeedRepairTest {
  private final Sites sites;
  private Site site;

  FeedRepairTest(Sites sites) {
    this.sites = sites;
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void aPublicationDroppedWhileItRunsIsMadeAnewAndLeavesAGap() {
    site = sites.open();
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);

      site.execute("DROP PUBLICATION duly");
      site.execute("UPDATE orders SET note = 'not published'");

      site.await("gap", () -> site.lastGap().isPresent());
      new RepairCheck(site).works(reconciler);
      site.awaitGapClosed();
    }
    assertThat(site.lastGap().orElseThrow().reason()).contains("publication");
  }

  @Test
  void aTableTakenOutOfThePublicationIsPutBackAndLeavesAGap() {
    site = sites.open();
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);

      site.execute("ALTER PUBLICATION duly DROP TABLE orders");

      site.await("gap", () -> site.lastGap().isPresent());
      new RepairCheck(site).works(reconciler);
      site.awaitGapClosed();
    }
    assertThat(site.lastGap().orElseThrow().reason()).contains("the publication gave");
  }

  @Test
  void anAlteredReplicaIdentityIsFollowed() {
    site = sites.open();
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
      new RepairCheck(site).works(reconciler);
    }
  }

  @Test
  void aColumnRenamedWhileItRunsIsForAPerson() {
    site = sites.open();
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);

      site.execute("ALTER TABLE orders RENAME COLUMN status TO state");
      site.execute("UPDATE orders SET note = 'renamed'");

      site.await("failure", () -> !reconciler.failures().isEmpty());
      new RepairCheck(site).fails(reconciler, "has no column status");
    }
  }

  @Test
  void aTableDroppedIsForAPerson() {
    site = sites.open();
    site.execute("DROP TABLE orders CASCADE");

    new RepairCheck(site).ends("public.orders does not exist");
  }
}
