package io.duly.orders;

import static io.duly.orders.Contract.LOOKUP;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Doubts that are proved not executed while their run gets its verdict, or after. */
@ExtendWith(ShopExtension.class)
class AmendmentTest {
  private final Shop shop;

  AmendmentTest(Shop shop) {
    this.shop = shop;
  }

  @Test
  void afterTheVerdictTheOrderIsOfALaterRunAndTheVerdictIsAmended() {
    Claim claim = doubt(1);
    assertThat(close(shop.runs().totals(Shop.RUN))).isTrue();

    shop.record(claim, Outcome.NOT_EXECUTED);

    assertThat(shop.status(1)).isEqualTo("PENDING");
    assertThat(shop.count("duly.retry")).isZero();
    assertThat(shop.ask("SELECT concat_ws(' ', order_id, reason) FROM duly.skipped", String.class))
        .isEqualTo("1 NOT_EXECUTED");
    assertThat(shop.ask("SELECT in_doubt FROM duly.run", Long.class)).isEqualTo(1);
  }

  @Test
  void beforeTheVerdictTheOrderIsRetriedByItsRunWhichIsNotClosed() {
    Claim claim = doubt(1);
    RunTotals totals = shop.runs().totals(Shop.RUN);

    shop.record(claim, Outcome.NOT_EXECUTED);

    assertThat(shop.count("duly.retry")).isEqualTo(1);
    assertThat(shop.count("duly.skipped")).isZero();
    assertThat(close(totals)).as("other counts").isFalse();
    assertThat(close(shop.runs().totals(Shop.RUN))).as("a retry").isFalse();
  }

  @Test
  @Timeout(30)
  void theVerdictWaitsForOneThatIsBeingRecorded() throws Exception {
    Claim claim = doubt(1);
    RunTotals totals = shop.runs().totals(Shop.RUN);

    CompletableFuture<Boolean> closing =
        shop.jdbi()
            .inTransaction(
                handle -> {
                  shop.record(claim, Outcome.NOT_EXECUTED);
                  CompletableFuture<Boolean> begun =
                      CompletableFuture.supplyAsync(() -> close(totals));
                  Awaitility.await().until(() -> begun.isDone() || waits());
                  return begun;
                });

    assertThat(closing.get()).isFalse();
    assertThat(shop.ask("SELECT state FROM duly.run", String.class)).isEqualTo("PUBLISHED");
  }

  @Test
  void twoDoubtsOfAnOrderAreTakenBackTogether() {
    Claim claim = doubt(1);
    shop.ownerSets(1, "PENDING");
    shop.refusal(shop.claims(LOOKUP), 1);
    AttemptResult first = Shop.result(claim, Outcome.NOT_EXECUTED, Duration.ZERO);
    AttemptResult second =
        new AttemptResult(
            "1",
            2,
            java.util.UUID.fromString(shop.attempt(1, 2, "token")),
            Outcome.NOT_EXECUTED,
            0,
            AttemptResult.Answer.NONE,
            Duration.ZERO);

    assertThat(shop.records().record("r1", List.of(first, second)).recorded()).hasSize(2);

    assertThat(shop.count("duly.retry")).isEqualTo(1);
    assertThat(shop.claim(LOOKUP, 1).attempt()).isEqualTo(3);
  }

  private Claim doubt(long id) {
    shop.pending(id);
    Claim claim = shop.claim(LOOKUP, id);
    shop.record(claim, Outcome.IN_DOUBT);
    return claim;
  }

  private boolean close(RunTotals totals) {
    return shop.runs().close(Shop.RUN, totals, 0, true);
  }

  private boolean waits() {
    return shop.count("pg_stat_activity WHERE wait_event_type = 'Lock'") > 0;
  }
}
