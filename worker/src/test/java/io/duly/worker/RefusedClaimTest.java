package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.Latency;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows whose table refuses the status PROCESSING. */
@ExtendWith(ShopExtension.class)
class RefusedClaimTest {
  private static final String EVIDENCE =
      "SELECT string_agg(concat_ws(' ', order_id, attempt, kind, detail), ';' ORDER BY id) FROM duly.evidence";

  private Shop shop;

  @BeforeEach
  void open(Shop given) {
    shop = given;
  }

  private void workUntilOneIsLeft(int orders) {
    try (SampleApi api =
            SampleApi.start(
                new SampleApiSettings(
                    SampleContract.NEITHER, Latency.parse("0ms"), 0, 0.1, shop.ledger(), 0));
        Worker worker = shop.worker(api.url().toString())) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(40))
          .until(() -> shop.settled() == orders - 1 && shop.topic().lag() == 0);
      assertThat(worker.failures()).isEmpty();
    }
  }

  @Test
  void anOrderThatATriggerRefusesToBeClaimedHoldsUpNeitherOthersNorItsOffset() {
    OwnersTrigger.refuse(shop, 7, "PROCESSING");
    shop.due(40);

    workUntilOneIsLeft(40);

    assertThat(shop.statuses()).containsEntry("7", "PENDING");
    assertThat(shop.ask(EVIDENCE, String.class))
        .startsWith("7 0 claim refused run 7, P0001: ")
        .contains("refused");
    assertThat(shop.ask("SELECT count(*) FROM duly.attempt WHERE order_id = 7", Long.class))
        .isZero();
  }

  @Test
  void anOldRowThatAConstraintWouldNotHaveLetInHoldsUpNeitherOthersNorItsOffset() {
    shop.execute("INSERT INTO orders VALUES (41, -1, 'PENDING')");
    shop.execute("ALTER TABLE orders ADD CONSTRAINT paid CHECK (customer > 0) NOT VALID");
    shop.publish(java.util.List.of("41"));
    shop.due(40);

    workUntilOneIsLeft(41);

    assertThat(shop.statuses()).containsEntry("41", "PENDING");
    assertThat(shop.ask(EVIDENCE, String.class))
        .startsWith("41 0 claim refused run 7, 23514: ")
        .contains("paid");
  }
}
