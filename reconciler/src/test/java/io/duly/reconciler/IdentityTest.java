package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.reconciler.SitesExtension.Sites;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Results are confirmed whatever the table's replica identity, and its owner may go on. */
@ExtendWith(SitesExtension.class)
class IdentityTest {
  private static final String EVIDENCE =
      "SELECT count(*) FROM duly.evidence WHERE kind = 'status changed by others'";

  private Site site;

  @BeforeEach
  void open(Sites sites) {
    site = sites.open();
    site.execute("ALTER TABLE orders ADD number bigint GENERATED ALWAYS AS IDENTITY UNIQUE");
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void full() {
    confirms("FULL");

    seesStrangers();
  }

  @Test
  void anotherIndex() {
    confirms("USING INDEX orders_number_key");

    seesStrangers();
  }

  @Test
  void nothing() {
    confirms("NOTHING");

    try (Reconciler reconciler = site.reconciler()) {
      site.execute("UPDATE orders SET status = 'FAILED' WHERE id = 1");
      site.awaitCount(EVIDENCE, 1); // by the sweep
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  private void confirms(String identity) {
    site.execute("ALTER TABLE orders REPLICA IDENTITY " + identity);
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
      site.execute("UPDATE orders SET note = 'the owner goes on'");
      site.workers().complete("worker", site.workers().claimAll("worker"));
      site.awaitCount("SELECT count(*) FROM duly.attempt WHERE witness & 1 = 1", Site.ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  private void seesStrangers() {
    try (Reconciler reconciler = site.reconciler()) {
      site.execute("UPDATE orders SET note = 'edited' WHERE id = 2");
      site.execute("UPDATE orders SET status = 'FAILED' WHERE id = 1");
      site.awaitCount(EVIDENCE, 1);
      assertThat(reconciler.failures()).isEmpty();
    }
  }
}
