package io.duly.orders;

import static io.duly.orders.Contract.IDEMPOTENT;
import static io.duly.orders.Contract.LOOKUP;
import static io.duly.orders.Contract.NEITHER;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ShopExtension.class)
class RescuesTest {
  private static final Duration AGE = Duration.ofMinutes(5);
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final Shop shop;
  private WorkerTable workers;

  RescuesTest(Shop shop) {
    this.shop = shop;
  }

  @BeforeEach
  void workersOfTheShop() {
    workers = new WorkerTable(shop.jdbi());
  }

  @ParameterizedTest
  @CsvSource({
    "IDEMPOTENT, LOST, PENDING, 0, 1",
    "LOOKUP, IN_DOUBT, IN_DOUBT, 1, 0",
    "NEITHER, IN_DOUBT, IN_DOUBT, 1, 0"
  })
  void closesTheAttemptOfAnUnknownWorkerAsTheContractAllows(
      Contract contract, String outcome, String status, int transition, long retries) {
    shop.pending(1);
    shop.claim(contract, 1);

    int closed = abandon(contract);

    assertThat(closed).isEqualTo(1);
    assertThat(shop.status(1)).isEqualTo(status);
    assertThat(shop.attempt(1, 1, "concat_ws(' ', outcome, reason, transition)"))
        .startsWith(outcome + " worker lost: ")
        .endsWith(" " + transition);
    assertThat(shop.count("duly.retry")).isEqualTo(retries);
    assertThat(shop.runs().totals(Shop.RUN)).isEqualTo(new RunTotals(0, 0, transition));
  }

  @Test
  void closesTheAttemptsOfADeadWorkerAndOfOneThatStopped() {
    shop.pending(1, 2);
    claimAs("dead", 1);
    claimAs("stopped", 2);
    workers.stop("stopped");
    workers.bury(new WorkerTable.Heartbeat("dead", 0));

    int closed = abandon(IDEMPOTENT);

    assertThat(closed).isEqualTo(2);
    assertThat(shop.count("orders WHERE status = 'PENDING'")).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Contract.class)
  void leavesTheAttemptOfALiveWorker(Contract contract) {
    shop.pending(1);
    claimAs("alive", 1);

    int closed = abandon(contract);

    assertThat(closed).isZero();
    assertThat(shop.status(1)).isEqualTo("PROCESSING");
    assertThat(shop.attempt(1, 1, "outcome IS NULL")).isEqualTo("true");
  }

  @Test
  void closesAnAttemptThatIsOverAgeThoughItsWorkerLives() {
    shop.pending(1, 2);
    claimAs("alive", 1);
    claimAs("alive", 2);
    shop.age(1, AGE.plusSeconds(1));

    int closed = abandon(NEITHER);

    assertThat(closed).isEqualTo(1);
    assertThat(shop.status(1)).isEqualTo("IN_DOUBT");
    assertThat(shop.status(2)).isEqualTo("PROCESSING");
  }

  @Test
  void leavesTheStatusThatTheOwnerOfALostOrderHasChanged() {
    shop.pending(1);
    shop.claim(LOOKUP, 1);
    shop.ownerSets(1, "CANCELLED");

    int closed = abandon(LOOKUP);

    assertThat(closed).isEqualTo(1);
    assertThat(shop.status(1)).isEqualTo("CANCELLED");
  }

  @Test
  void keepsToItsLimitAndLeavesFinishedAttempts() {
    shop.pending(1, 2, 3);
    shop.claim(IDEMPOTENT, 1);
    shop.claim(IDEMPOTENT, 2);
    shop.record(shop.claim(IDEMPOTENT, 3), Outcome.COMPLETED);

    int first = shop.rescues().abandon(IDEMPOTENT, AGE, 1, "r1");
    int rest = abandon(IDEMPOTENT);

    assertThat(first).isEqualTo(1);
    assertThat(rest).isEqualTo(1);
    assertThat(shop.status(3)).isEqualTo("COMPLETED");
    assertThat(abandon(IDEMPOTENT)).isZero();
  }

  @Test
  void letsALateAnswerSettleTheDoubtOfALostWorker() {
    shop.pending(1);
    Claim claim = shop.claim(LOOKUP, 1);
    abandon(LOOKUP);

    List<Recorded> recorded = shop.record(claim, Outcome.COMPLETED);

    assertThat(recorded).containsExactly(new Recorded("1", 1, 2, Shop.RUN));
    assertThat(shop.status(1)).isEqualTo("COMPLETED");
    assertThat(shop.runs().totals(Shop.RUN)).isEqualTo(new RunTotals(1, 0, 0));
  }

  @Test
  void queuesARetryThatIsDueOnceAndAgainAfterAWhile() {
    shop.pending(1, 2);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY);
    shop.record(shop.claim(IDEMPOTENT, 2), Outcome.RETRY, Duration.ofHours(1));

    int first = shop.rescues().queueDue(AGAIN, 10);

    assertThat(first).isEqualTo(1);
    assertThat(shop.rescues().queueDue(AGAIN, 10)).isZero();
    shop.execute("UPDATE duly.retry SET queued_at = queued_at - interval '61 seconds'");
    assertThat(shop.rescues().queueDue(AGAIN, 10)).isEqualTo(1);
  }

  @Test
  void aRetryWaitsForNoInstantOfAClockThatWasAhead() {
    shop.pending(1, 2, 3);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY, Duration.ofDays(1));
    shop.record(shop.claim(IDEMPOTENT, 2), Outcome.RETRY, Duration.ofMinutes(59));

    int bound = shop.rescues().boundRetries(Duration.ofHours(1));

    assertThat(bound).isEqualTo(1);
    assertThat(shop.count("duly.retry WHERE not_before <= now() + interval '1 h'")).isEqualTo(2);
    assertThat(shop.rescues().boundRetries(Duration.ofHours(1))).isZero();
  }

  @Test
  void queuesNoMoreThanItsLimit() {
    shop.pending(1, 2, 3);
    for (long id = 1; id <= 3; id++) {
      shop.record(shop.claim(IDEMPOTENT, id), Outcome.RETRY);
    }

    int queued = shop.rescues().queueDue(AGAIN, 2);

    assertThat(queued).isEqualTo(2);
    assertThat(shop.count("duly.retry WHERE queued_at IS NULL")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CANCELLED", "COMPLETED", "SHIPPED"})
  void forgetsTheRetryOfAnOrderThatItsOwnerHasTakenOut(String status) {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY);
    shop.ownerSets(1, status);

    int queued = shop.rescues().queueDue(AGAIN, 10);

    assertThat(queued).isZero();
    assertThat(shop.rescues().underway(Shop.RUN)).isZero();
  }

  @Test
  void forgetsTheRetryOfAnOrderThatIsDeleted() {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY);
    shop.execute("DELETE FROM orders");

    int queued = shop.rescues().queueDue(AGAIN, 10);

    assertThat(queued).isZero();
    assertThat(shop.rescues().underway(Shop.RUN)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CLOSED", "CANCELLED"})
  void forgetsTheRetryOfARunThatIsOver(String state) {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY);
    shop.execute("UPDATE duly.run SET state = ?", state);

    int queued = shop.rescues().queueDue(AGAIN, 10);

    assertThat(queued).isZero();
    assertThat(shop.count("duly.retry")).isZero();
    assertThat(shop.status(1)).isEqualTo("PENDING");
  }

  private void claimAs(String worker, long id) {
    workers.register(worker, "host");
    assertThat(shop.claims(IDEMPOTENT).claim(worker, Shop.due(id)).claims()).hasSize(1);
  }

  private int abandon(Contract contract) {
    return shop.rescues().abandon(contract, AGE, 10, "r1");
  }

  @Test
  void dropsTheRetryOfAnOrderThatItsOwnerHasMovedAfterItWasQueued() {
    shop.pending(1, 2, 3);
    for (long id = 1; id <= 3; id++) {
      shop.record(shop.claim(IDEMPOTENT, id), Outcome.RETRY);
    }
    shop.rescues().queueDue(AGAIN, 2);
    shop.ownerSets(1, "COMPLETED");
    shop.ownerSets(3, "COMPLETED");
    assertThat(shop.rescues().dropMoved(Shop.RUN)).as("on its way").isZero();
    shop.execute("UPDATE duly.retry SET queued_at = queued_at - interval '3 seconds'");

    assertThat(shop.rescues().dropMoved(Shop.RUN)).isEqualTo(1);

    assertThat(shop.rescues().underway(Shop.RUN)).as("one queued, one not").isEqualTo(2);
  }
}
