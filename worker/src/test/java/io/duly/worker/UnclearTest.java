package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.DueOrder;
import io.duly.runtime.Database;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class UnclearTest {
  private final List<String> cleared = new ArrayList<>();
  private Shop shop;
  private Unclear unclear;

  @BeforeEach
  void claimThree(Shop given) {
    shop = given;
    shop.execute("INSERT INTO orders SELECT n, n, 'PENDING' FROM generate_series(1, 3) n");
    Map<DueOrder, UUID> due = new HashMap<>();
    for (int id = 1; id <= 3; id++) {
      due.put(new DueOrder(String.valueOf(id), 7, 0, id), UUID.randomUUID());
    }
    assertThat(shop.claims().claim("ann", due).claims()).hasSize(3);
    unclear = new Unclear(shop.claims(), shop.records());
    unclear.add(due);
  }

  private void awaitCleared(int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              unclear.settle("ann").forEach(each -> cleared.add(each.orderId()));
              return cleared.size() == count;
            });
  }

  @Test
  void anOrderThatItsOwnerHasLockedStartsOverOnceItIsGivenBack() throws Exception {
    try (Connection owner = Database.connect(shop.settings())) {
      owner.setAutoCommit(false);
      owner.createStatement().execute("SELECT FROM orders WHERE id = 2 FOR UPDATE");
      awaitCleared(2);
      assertThat(cleared).containsExactlyInAnyOrder("1", "3");
      assertThat(shop.statuses()).containsEntry("2", "PROCESSING").containsEntry("1", "PENDING");
      owner.rollback();

      awaitCleared(3);
    }

    assertThat(shop.count("PENDING")).isEqualTo(3);
  }

  @Test
  void anOrderThatItsTableDoesNotTakeBackKeepsNoOtherFromStartingOver() {
    OwnersTrigger.refuse(shop, 2, "PENDING");

    awaitCleared(2);

    assertThat(cleared).containsExactlyInAnyOrder("1", "3");
    shop.execute("DROP TRIGGER refuse ON orders");
    awaitCleared(3);
    assertThat(shop.count("PENDING")).isEqualTo(3);
  }
}
