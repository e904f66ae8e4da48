package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Claim;
import io.duly.orders.Outcome;
import io.duly.reconciler.SitesExtension.Sites;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A doubt that is settled after its run's verdict, while nobody reads the log. */
@ExtendWith(SitesExtension.class)
class SettledLateTest {
  private static final String BOTH = "SELECT count(*) FROM duly.attempt WHERE witness = 3";

  /** The log was not shown it at all, or a reconciler has saved that and ended before it told. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void isToldAndConfirmedAfterTheGap(int witness, Sites sites) throws Exception {
    try (Site site = sites.with(Map.of("api.contract", "neither"))) {
      closeWithDoubt(site);
      site.dropSlot();
      assertThat(site.decide("7", Outcome.COMPLETED)).isEqualTo(1);
      site.execute("UPDATE duly.attempt SET witness = " + witness + " WHERE order_id = 7");

      try (Reconciler reconciler = site.reconciler()) {
        site.awaitGapClosed();
        site.awaitCount(BOTH, ORDERS);
        assertThat(reconciler.failures()).isEmpty();
      }

      assertThat(site.workers().results()).as("the doubt, and how it was settled").isEqualTo(51);
      assertThat(site.verify(null).findings()).isEmpty();
    }
  }

  private static void closeWithDoubt(Site site) {
    site.workers().publish(ORDERS);
    List<Claim> claims = site.workers().claimAll("worker");
    site.workers()
        .record(
            "worker",
            claims.stream().filter(each -> each.orderId().equals("7")).toList(),
            Outcome.IN_DOUBT);
    site.workers()
        .complete("worker", claims.stream().filter(each -> !each.orderId().equals("7")).toList());
    site.workers().passOffsets(ORDERS);
    site.execute(
        "UPDATE duly.run SET state = 'PUBLISHED', selected = 50, last_id = 50, start_offsets = '{0}', end_offsets = '{50}'");
    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount("SELECT count(*) FROM duly.run WHERE state = 'CLOSED'", 1);
      assertThat(reconciler.failures()).isEmpty();
    }
  }
}
