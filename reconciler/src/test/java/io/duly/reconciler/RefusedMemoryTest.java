package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Claim;
import io.duly.orders.Intent;
import io.duly.orders.ServerPoint;
import io.duly.orders.Topics;
import io.duly.reconciler.SitesExtension.Sites;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A database that has forgotten its latest commits, and a table that refuses what is given back.
 */
@ExtendWith(SitesExtension.class)
class RefusedMemoryTest {
  private static final String TRUSTED = "SELECT count(*) FROM duly.incarnation";
  private static final String REFUSED =
      "SELECT string_agg(concat_ws(' ', order_id, detail), ', ') FROM duly.evidence WHERE kind = 'status refused'";

  @Test
  void anOrderThatRefusesItsResultKeepsNoOtherFromBeingRestoredNorTheDatabaseFromBeingTrusted(
      Sites sites) {
    try (Site site = sites.open()) {
      List<Claim> claims = site.workers().claimAll("worker");
      site.workers().complete("worker", claims);
      site.workers().tellCompleted(claims);
      forget(site);
      site.refuse(7, "COMPLETED");

      try (Reconciler reconciler = site.reconciler()) {
        site.awaitCount(TRUSTED, 1);
        site.awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 3", ORDERS);
        assertThat(reconciler.failures()).isEmpty();
      }

      assertThat(site.count("SELECT count(*) FROM orders WHERE status = 'COMPLETED'"))
          .isEqualTo(ORDERS - 1);
      assertThat(site.count("SELECT count(*) FROM duly.attempt WHERE outcome = 'COMPLETED'"))
          .isEqualTo(ORDERS);
      assertThat(site.text("SELECT status FROM orders WHERE id = 7")).isEqualTo("PENDING");
      assertThat(site.text(REFUSED)).isEqualTo("7 the table refuses COMPLETED: P0001: refused");
    }
  }

  @Test
  void anOrderThatRefusesToBeInDoubtKeepsNoOtherFromBeingRecalled(Sites sites) {
    try (Site site = sites.with(Map.of("api.contract", "neither"))) {
      List<Claim> claims = site.workers().claimAll("worker");
      ServerPoint point = new ServerPoint(OffsetDateTime.now(), "0/1");
      site.workers()
          .write(
              Topics.of(site.settings()).intents(),
              "worker",
              new String(Intent.of("worker", point, claims).value(), UTF_8));
      forget(site);
      site.refuse(7, "IN_DOUBT");

      try (Reconciler reconciler = site.reconciler()) {
        site.awaitCount(TRUSTED, 1);
        assertThat(reconciler.failures()).isEmpty();
      }

      assertThat(site.count("SELECT count(*) FROM orders WHERE status = 'IN_DOUBT'"))
          .isEqualTo(ORDERS - 1);
      assertThat(site.count("SELECT count(*) FROM duly.attempt WHERE outcome = 'IN_DOUBT'"))
          .isEqualTo(ORDERS);
      assertThat(site.text(REFUSED)).isEqualTo("7 the table refuses IN_DOUBT: P0001: refused");
    }
  }

  private static void forget(Site site) {
    site.execute("TRUNCATE duly.attempt, duly.run_counter, duly.incarnation, duly.position");
    site.execute("UPDATE orders SET status = 'PENDING'");
  }
}
