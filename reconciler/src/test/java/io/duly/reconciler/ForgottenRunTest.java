package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Claim;
import io.duly.reconciler.SitesExtension.Sites;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A database that has forgotten a run with all its results. */
@ExtendWith(SitesExtension.class)
class ForgottenRunTest {
  private static final int TOLD = 20;

  @Test
  void getsItsVerdictAndVerifyAgrees(Sites sites) {
    try (Site site = sites.open()) {
      site.workers().publish(ORDERS);
      List<Claim> claims = site.workers().claim("worker", 1, TOLD);
      site.workers().complete("worker", claims);
      site.workers().tellCompleted(claims);
      site.workers().passOffsets(ORDERS);
      site.execute(
          "TRUNCATE duly.run, duly.attempt, duly.run_counter, duly.incarnation, duly.position");
      site.execute("UPDATE orders SET status = 'PENDING'");

      try (Reconciler reconciler = site.reconciler()) {
        site.awaitCount("SELECT count(*) FROM duly.run WHERE unclaimed = 30", 1);
        assertThat(reconciler.failures()).isEmpty();
      }

      assertThat(
              site.text("SELECT format('%s %s of %s', state, completed, selected) FROM duly.run"))
          .isEqualTo("CANCELLED 20 of 50");
      assertThat(site.verify(null).findings()).isEmpty();
    }
  }
}
