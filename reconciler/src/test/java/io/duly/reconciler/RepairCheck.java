package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.runtime.UserError;
import org.assertj.core.api.InstanceOfAssertFactories;

/** What a feed does after something was done to it. */
record RepairCheck(Site site) {
  /** Results that come now are confirmed, and the reconciler is ready and without a failure. */
  void works(Reconciler reconciler) {
    site.await("ready", reconciler::isReady);
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.awaitCount("SELECT count(*) FROM duly.attempt WHERE witness & 1 = 1", Site.ORDERS);
    assertThat(reconciler.failures()).isEmpty();
  }

  /** A reconciler that starts now ends and says {@code reason}. */
  void ends(String reason) {
    try (Reconciler reconciler = site.reconciler()) {
      site.await("failure", () -> !reconciler.failures().isEmpty());
      fails(reconciler, reason);
    }
  }

  /** It has ended and said {@code reason}. */
  void fails(Reconciler reconciler, String reason) {
    assertThat(reconciler.isReady()).isFalse();
    assertThat(reconciler.failures())
        .singleElement()
        .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
        .hasMessageContaining(reason)
        .hasCauseInstanceOf(UserError.class);
  }
}
