package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Unconfirmed.Page;
import io.duly.orders.Unconfirmed.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class UnconfirmedTest {
  private final Shop shop;

  UnconfirmedTest(Shop shop) {
    this.shop = shop;
  }

  @Test
  void walksThroughAllAttemptsAPageAtATime() {
    complete(7);
    shop.execute("UPDATE duly.attempt SET witness = 3 WHERE order_id = 2");
    shop.execute("UPDATE duly.attempt SET witness = 1 WHERE order_id = 5");

    List<Result> found = new ArrayList<>();
    int pages = 0;
    for (Page page = next(Page.START); page.lastId() != null; page = next(page)) {
      found.addAll(page.results());
      pages++;
    }

    assertThat(pages).isEqualTo(4);
    assertThat(found)
        .extracting(Result::orderId)
        .containsExactlyInAnyOrder("1", "3", "4", "5", "6", "7");
    assertThat(found).filteredOn(Result::isShown).extracting(Result::orderId).containsExactly("5");
  }

  @Test
  void leavesOutWhatTheLogMayStillShow() {
    complete(1);

    Page page = unconfirmed().after(Page.START, Duration.ofMinutes(1), 10);

    assertThat(page.results()).isEmpty();
    assertThat(page.lastId()).isEqualTo("1");
  }

  @Test
  void leavesOutRunsThatAreClosed() {
    complete(1);
    shop.execute("UPDATE duly.run SET state = 'CLOSED'");

    assertThat(next(Page.START).results()).isEmpty();
    assertThat(unconfirmed().isAnyRunOpen()).isFalse();
  }

  @Test
  void saysAgainOnlyWhatTheLogHasStillNotShown() {
    complete(3);
    List<Result> found = unconfirmed().after(Page.START, Duration.ZERO, 10).results();
    shop.execute("UPDATE duly.attempt SET witness = 1 WHERE order_id = 2");
    shop.execute("UPDATE duly.attempt SET transition = 2 WHERE order_id = 3");

    assertThat(unconfirmed().sayAgain(found)).isEqualTo(1);
  }

  private void complete(int orders) {
    shop.pendingUpTo(orders);
    for (int id = 1; id <= orders; id++) {
      shop.record(shop.claim(Contract.IDEMPOTENT, id), Outcome.COMPLETED);
    }
  }

  private Unconfirmed unconfirmed() {
    return new Unconfirmed(shop.jdbi(), shop.table(), Shop.PREFIX);
  }

  private Page next(Page page) {
    return unconfirmed().after(page, Duration.ZERO, 2);
  }
}
