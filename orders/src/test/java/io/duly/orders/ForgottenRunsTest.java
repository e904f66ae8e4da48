package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class ForgottenRunsTest {
  private final Shop shop;

  ForgottenRunsTest(Shop shop) {
    this.shop = shop;
  }

  @Test
  void areCancelledAndTheirNumbersAreNotTakenAgain() {
    ForgottenRuns forgotten = new ForgottenRuns(shop.jdbi());

    assertThat(forgotten.add(Set.of(Shop.RUN, 5L, 9L))).isEqualTo(2);
    assertThat(forgotten.add(Set.of(5L, 9L))).isZero();

    assertThat(shop.runs().find(5).orElseThrow().state()).isEqualTo(Run.State.CANCELLED);
    assertThat(shop.runs().find(Shop.RUN).orElseThrow().state()).isNotEqualTo(Run.State.CANCELLED);
    shop.open("daily", Instant.EPOCH);
    assertThat(shop.runs().latest().orElseThrow().id()).isEqualTo(10);
  }
}
