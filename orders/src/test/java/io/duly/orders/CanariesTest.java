package io.duly.orders;

import static io.duly.orders.Contract.IDEMPOTENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class CanariesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Shop shop;
  private final Canaries canaries;

  CanariesTest(Shop shop) {
    this.shop = shop;
    this.canaries = new Canaries(shop.jdbi(), shop.table());
  }

  @Test
  void ordersWhoseRecordsAreLostAreQueuedOnce() {
    shop.pending(1, 2, 3, 4);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.COMPLETED);
    shop.claim(IDEMPOTENT, 2);
    shop.execute(
        "UPDATE duly.run SET state = 'PUBLISHING', canary_ids = '{1,2,3}', canary_at = clock_timestamp() - interval '50 s'");
    assertThat(canaries.queueLost(Shop.RUN, PATIENCE)).isZero();
    shop.execute("UPDATE duly.run SET canary_at = clock_timestamp() - interval '70 s'");

    assertThat(canaries.queueLost(Shop.RUN, PATIENCE)).isEqualTo(1);

    assertThat(canaries.queueLost(Shop.RUN, PATIENCE)).isZero();
    assertThat(shop.ask("SELECT order_id FROM duly.retry", Long.class)).isEqualTo(3);
    assertThat(canaries.outcomes(Shop.RUN)).isEqualTo(new Canaries.Outcomes(3, 2, 0, 0));
  }
}
