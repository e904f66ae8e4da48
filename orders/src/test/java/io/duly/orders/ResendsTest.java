package io.duly.orders;

import static io.duly.orders.Contract.IDEMPOTENT;
import static io.duly.orders.Contract.NEITHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.UserError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Orders that a person sends again. */
@ExtendWith(ShopExtension.class)
class ResendsTest {
  private static final Resends.Decision NEW_KEY =
      new Resends.Decision("ann", "asked them", true, 10);
  private static final Resends.Decision SAME_KEY =
      new Resends.Decision("ann", "their outage is over", false, 10);

  private final Shop shop;

  ResendsTest(Shop shop) {
    this.shop = shop;
  }

  private Resends resends() {
    return new Resends(shop.jdbi(), shop.table(), "duly");
  }

  private static Resends.Selection of(Outcome outcome, String... ids) {
    return new Resends.Selection(outcome, new DoubtQueue.Selection(List.of(ids), null, null));
  }

  private void ended(Contract contract, long id, Outcome outcome) {
    shop.pending(id);
    shop.record(shop.claim(contract, id), outcome);
  }

  /** Claims the order for {@code run}; null where it is refused. */
  private @Nullable Claim claim(ClaimTerms terms, long id, long run) {
    DueOrder due = new DueOrder(Long.toString(id), run, 0, 7);
    List<Claim> claims = shop.claims(terms).claim("w", Map.of(due, UUID.randomUUID())).claims();
    return claims.isEmpty() ? null : claims.get(0);
  }

  private static ClaimTerms terms(Contract contract, int maxAttempts) {
    return new ClaimTerms(contract, Duration.ofDays(1), maxAttempts);
  }

  @Test
  void aFailedOrderIsSentOnceMoreUnderANewKeyByARunOfItsOwn() {
    ended(NEITHER, 1, Outcome.FAILED);
    ended(NEITHER, 2, Outcome.COMPLETED);

    Resends.Done done = resends().send(of(Outcome.FAILED), NEW_KEY);

    assertThat(done.orders()).isOne();
    assertThat(shop.status(1)).isEqualTo("PENDING");
    assertThat(shop.status(2)).isEqualTo("COMPLETED");
    assertThat(shop.count("duly.retry WHERE order_id = 1 AND run_id = " + done.run())).isOne();
    Run run = shop.runs().find(done.run()).orElseThrow();
    assertThat(run.selected()).isOne();
    assertThat(run.selection().filter()).isEqualTo("false");
    Claim claim = claim(terms(NEITHER, 20), 1, done.run());
    assertThat(claim).isNotNull();
    assertThat(claim.generation()).isOne();
    shop.record(claim, Outcome.FAILED);
    assertThat(shop.status(1)).isEqualTo("FAILED");
    assertThat(claim(terms(NEITHER, 20), 1, done.run())).isNull();
  }

  @Test
  void whatIsCompletedPendingOrMovedByItsOwnerIsLeftAlone() {
    ended(NEITHER, 1, Outcome.COMPLETED);
    shop.pending(2);
    ended(NEITHER, 3, Outcome.FAILED);
    shop.ownerSets(3, "CANCELLED");

    assertThat(resends().count(of(Outcome.FAILED))).isZero();
    assertThatThrownBy(() -> resends().send(of(Outcome.FAILED), NEW_KEY))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("nothing was changed");
    assertThat(shop.count("duly.decision")).isZero();
    assertThat(shop.count("duly.run")).isOne();
  }

  @Test
  void idsThatAreNoneNameNothing() {
    ended(NEITHER, 1, Outcome.FAILED);

    assertThat(resends().count(of(Outcome.FAILED, "no id"))).isZero();
    assertThat(resends().first(of(Outcome.FAILED, "no id", "1"), 5)).containsExactly("1");
  }

  @Test
  void moreThanAllowedChangesNothing() {
    for (long id = 1; id <= 11; id++) {
      ended(NEITHER, id, Outcome.FAILED);
    }

    assertThatThrownBy(() -> resends().send(of(Outcome.FAILED), NEW_KEY))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("more than 10 orders");
    assertThat(shop.count("duly.retry")).isZero();
    assertThat(shop.count("orders WHERE status = 'FAILED'")).isEqualTo(11);
  }

  @Test
  void exhaustedAttemptsBeginAnewUnderTheSameKey() {
    shop.pending(1);
    ClaimTerms one = terms(IDEMPOTENT, 1);
    shop.record(claim(one, 1, Shop.RUN), Outcome.RETRY);
    shop.execute("DELETE FROM duly.retry");
    assertThat(claim(one, 1, Shop.RUN)).isNull();
    assertThat(shop.status(1)).isEqualTo("IN_DOUBT");

    Resends.Done done = resends().send(of(Outcome.IN_DOUBT), SAME_KEY);

    Claim claim = claim(one, 1, done.run());
    assertThat(claim).isNotNull();
    assertThat(claim.generation()).isZero();
  }

  @Test
  void theSameKeyIsNotUsedWhereTheApiHasForgottenIt() {
    shop.pending(1);
    shop.record(claim(terms(IDEMPOTENT, 20), 1, Shop.RUN), Outcome.IN_DOUBT);
    shop.age(1, Duration.ofDays(2));

    Resends.Done done = resends().send(of(Outcome.IN_DOUBT), SAME_KEY);

    assertThat(claim(terms(IDEMPOTENT, 20), 1, done.run())).isNull();
    assertThat(shop.attempt(1, 2, "reason")).isEqualTo("idempotency key expired");
  }

  @Test
  void aLateAnswerStopsWhatWasDecidedOfADoubt() {
    shop.pending(1);
    Claim first = shop.claim(NEITHER, 1);
    shop.record(first, Outcome.IN_DOUBT);
    Resends.Done done = resends().send(of(Outcome.IN_DOUBT), NEW_KEY);

    shop.record(first, Outcome.COMPLETED);

    assertThat(claim(terms(NEITHER, 20), 1, done.run())).isNull();
    assertThat(shop.attempt(1, 2, "reason"))
        .isEqualTo("answered since the decision to send it again");
  }

  @Test
  void whatWasExecutedAfterAPersonSaidOtherwiseIsSentAgainOnlyByName() {
    shop.pending(1, 2);
    Claim late = shop.claim(NEITHER, 1);
    shop.record(late, Outcome.IN_DOUBT);
    new Decisions(shop.jdbi(), shop.table(), shop.records())
        .settle(
            new DoubtQueue(shop.jdbi(), shop.table())
                .list(new DoubtQueue.Selection(List.of(), null, null), null, 10),
            new Decisions.Finding(Outcome.FAILED, "ann", "they said so"));
    shop.record(late, Outcome.COMPLETED);
    shop.record(shop.claim(NEITHER, 2), Outcome.FAILED);
    assertThat(shop.status(1)).isEqualTo("FAILED");

    assertThat(resends().count(of(Outcome.FAILED))).isOne();
    assertThat(resends().countExecuted(of(Outcome.FAILED))).isOne();
    assertThat(resends().first(of(Outcome.FAILED), 5)).containsExactly("2");
    assertThat(resends().send(of(Outcome.FAILED), NEW_KEY).orders()).isOne();
    assertThat(shop.status(1)).isEqualTo("FAILED");
    assertThat(resends().send(of(Outcome.FAILED, "1"), NEW_KEY).orders()).isOne();
    assertThat(shop.status(1)).isEqualTo("PENDING");
  }

  @Test
  void whatAnEarlierAttemptExecutedIsLeftOut() {
    shop.pending(1);
    Claim first = shop.claim(NEITHER, 1);
    shop.record(first, Outcome.IN_DOUBT);
    Resends.Done done = resends().send(of(Outcome.IN_DOUBT), NEW_KEY);
    Claim second = claim(terms(NEITHER, 20), 1, done.run());
    shop.record(first, Outcome.COMPLETED);
    shop.record(second, Outcome.FAILED);
    assertThat(shop.status(1)).isEqualTo("FAILED");

    assertThat(resends().count(of(Outcome.FAILED))).isZero();
    assertThat(resends().countExecuted(of(Outcome.FAILED))).isOne();
  }

  @Test
  void aDoubtThatIsSentAgainWaitsForNobodyAnyMore() {
    ended(NEITHER, 1, Outcome.IN_DOUBT);
    resends().send(of(Outcome.IN_DOUBT), NEW_KEY);

    assertThat(
            new DoubtQueue(shop.jdbi(), shop.table())
                .list(new DoubtQueue.Selection(List.of(), null, null), null, 10))
        .isEmpty();
    assertThat(new Doubts(shop.jdbi(), shop.table()).quiet(null, Duration.ZERO, 10)).isEmpty();
    assertThat(new Strangers(shop.jdbi(), shop.table()).contradictions(List.of("1"))).isEmpty();
  }
}
