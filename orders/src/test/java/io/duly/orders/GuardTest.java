package io.duly.orders;

import static io.duly.orders.Contract.IDEMPOTENT;
import static io.duly.orders.Contract.LOOKUP;
import static io.duly.orders.Contract.NEITHER;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The claim as the last guard against a second call. */
@ExtendWith(ShopExtension.class)
class GuardTest {
  private final Shop shop;

  GuardTest(Shop shop) {
    this.shop = shop;
  }

  @ParameterizedTest
  @CsvSource({
    "LOOKUP, COMPLETED",
    "LOOKUP, FAILED",
    "LOOKUP, IN_DOUBT",
    "NEITHER, COMPLETED",
    "NEITHER, FAILED",
    "NEITHER, IN_DOUBT"
  })
  void putsASentOrderThatWasMadePendingByHandInDoubt(Contract contract, Outcome sent) {
    shop.pending(1);
    shop.record(shop.claim(contract, 1), sent);
    shop.ownerSets(1, "PENDING");

    Refusal refusal = shop.refusal(shop.claims(contract), 1);

    assertThat(refusal).isEqualTo(Refusal.GUARDED);
    assertThat(shop.status(1)).isEqualTo("IN_DOUBT");
    assertThat(shop.attempt(1, 2, "outcome")).isEqualTo("IN_DOUBT");
    assertThat(shop.attempt(1, 2, "reason"))
        .isEqualTo("sent before, and a second call is not allowed");
    assertThat(shop.attempt(1, 2, "calls")).isEqualTo("0");
  }

  @Test
  void blocksARequestThatHasChangedSinceTheFirstCall() {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY);
    shop.execute("UPDATE orders SET total_price = total_price + 1 WHERE id = 1");

    Refusal refusal = shop.refusal(shop.claims(IDEMPOTENT), 1);

    assertThat(refusal).isEqualTo(Refusal.GUARDED);
    assertThat(shop.attempt(1, 2, "reason"))
        .isEqualTo("the request has changed since the first call");
  }

  @Test
  void letsARequestChangeThatWasNeverExecuted() {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.NOT_EXECUTED);
    shop.execute("UPDATE orders SET total_price = total_price + 1 WHERE id = 1");

    Claim claim = shop.claim(IDEMPOTENT, 1);

    assertThat(claim.attempt()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"CLOSED", "CANCELLED"})
  void claimsNothingForARunThatIsNotOpen(String state) {
    shop.pending(1);
    shop.execute("UPDATE duly.run SET state = ?", state);

    Refusal refusal = shop.refusal(shop.claims(IDEMPOTENT), 1);

    assertThat(refusal).isEqualTo(Refusal.RUN_NOT_OPEN);
    assertThat(shop.status(1)).isEqualTo("PENDING");
  }

  @ParameterizedTest
  @EnumSource(
      value = Contract.class,
      names = {"LOOKUP", "NEITHER"})
  void claimsNothingOfAServerThatIsNotTrusted(Contract contract) {
    shop.pending(1);
    shop.execute("UPDATE duly.incarnation SET started_at = started_at - interval '1 second'");

    Refusal refusal = shop.refusal(shop.claims(contract), 1);

    assertThat(refusal).isEqualTo(Refusal.NOT_TRUSTED);
    assertThat(shop.status(1)).isEqualTo("PENDING");
  }

  @Test
  void doesNotGoRound() {
    shop.pending(1);
    shop.record(shop.claim(NEITHER, 1), Outcome.COMPLETED);
    shop.ownerSets(1, "PENDING");
    shop.refusal(shop.claims(NEITHER), 1);

    Refusal again = shop.refusal(shop.claims(NEITHER), 1);

    assertThat(again).isEqualTo(Refusal.IN_DOUBT);
    assertThat(shop.count("duly.attempt")).isEqualTo(2);
  }

  @Test
  void countsWhatItRefusedAsDoubt() {
    shop.pending(1, 2);
    for (long id : new long[] {1, 2}) {
      shop.record(shop.claim(LOOKUP, id), Outcome.COMPLETED);
      shop.ownerSets(id, "PENDING");
    }

    shop.claims(LOOKUP).claim("w2", Shop.due(1, 2));

    assertThat(shop.runs().totals(Shop.RUN)).isEqualTo(new RunTotals(2, 0, 2));
  }

  @Test
  void allowsASecondCallUnderAKeyThatIsStillValid() {
    shop.pending(1);
    Claim first = shop.claim(IDEMPOTENT, 1);
    shop.record(first, Outcome.RETRY);

    Claim second = shop.claim(IDEMPOTENT, 1);

    assertThat(second.attempt()).isEqualTo(2);
    assertThat(second.generation()).isEqualTo(first.generation());
    assertThat(shop.status(1)).isEqualTo("PROCESSING");
    assertThat(shop.count("duly.retry")).isZero();
  }

  @Test
  void refusesASecondCallUnderAKeyThatHasExpired() {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY);
    shop.age(1, Duration.ofHours(25));

    Refusal refusal = shop.refusal(shop.claims(IDEMPOTENT), 1);

    assertThat(refusal).isEqualTo(Refusal.GUARDED);
    assertThat(shop.status(1)).isEqualTo("IN_DOUBT");
    assertThat(shop.attempt(1, 2, "reason")).isEqualTo("idempotency key expired");
  }

  @Test
  void countsTheKeysAgeFromTheFirstCall() {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY);
    shop.age(1, Duration.ofHours(23));
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY);
    shop.age(1, Duration.ofHours(2));

    Refusal refusal = shop.refusal(shop.claims(IDEMPOTENT), 1);

    assertThat(refusal).isEqualTo(Refusal.GUARDED);
  }

  @ParameterizedTest
  @EnumSource(Contract.class)
  void allowsAnotherCallByADecisionAndMovesTheGeneration(Contract contract) {
    shop.pending(1);
    shop.record(shop.claim(contract, 1), Outcome.IN_DOUBT);
    shop.age(1, Duration.ofDays(2));
    shop.decideRetry(1, 1);

    Claim second = shop.claim(contract, 1);

    assertThat(second.attempt()).isEqualTo(2);
    assertThat(second.generation()).isEqualTo(1);
    assertThat(shop.attempt(1, 2, "generation")).isEqualTo("1");
  }

  @Test
  void takesADecisionForNoCallOnceTheLateAnswerIsThere() {
    shop.pending(1);
    Claim first = shop.claim(NEITHER, 1);
    shop.record(first, Outcome.IN_DOUBT);
    shop.decideRetry(1, 1);
    shop.record(first, Outcome.COMPLETED);

    Refusal refusal = shop.refusal(shop.claims(NEITHER), 1);

    assertThat(shop.attempt(1, 1, "outcome")).isEqualTo("COMPLETED");
    assertThat(refusal).isEqualTo(Refusal.GUARDED);
  }

  @Test
  void takesADecisionForOneCallOnly() {
    shop.pending(1);
    shop.record(shop.claim(NEITHER, 1), Outcome.IN_DOUBT);
    shop.decideRetry(1, 1);
    shop.record(shop.claim(NEITHER, 1), Outcome.IN_DOUBT);
    shop.ownerSets(1, "PENDING");

    Refusal refusal = shop.refusal(shop.claims(NEITHER), 1);

    assertThat(refusal).isEqualTo(Refusal.GUARDED);
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"NOT_EXECUTED", "RELEASED"})
  void isNeverBlockedByAnAttemptThatDidNotExecute(Outcome outcome) {
    shop.pending(1);
    Claims claims = shop.claims(new ClaimTerms(NEITHER, Duration.ZERO, 1));
    for (int i = 0; i < 3; i++) {
      shop.record(claims.claim(Shop.WORKER, Shop.due(1)).claims().get(0), outcome);
    }

    Claim fourth = claims.claim(Shop.WORKER, Shop.due(1)).claims().get(0);

    assertThat(fourth.attempt()).isEqualTo(4);
  }

  @Test
  void leavesAnOrderInDoubtAfterTheLastAttempt() {
    shop.pending(1);
    Claims claims = shop.claims(new ClaimTerms(IDEMPOTENT, Duration.ofDays(1), 2));
    shop.record(claims.claim(Shop.WORKER, Shop.due(1)).claims().get(0), Outcome.RETRY);
    shop.record(claims.claim(Shop.WORKER, Shop.due(1)).claims().get(0), Outcome.RETRY);

    Refusal refusal = shop.refusal(claims, 1);

    assertThat(refusal).isEqualTo(Refusal.GUARDED);
    assertThat(shop.attempt(1, 3, "reason")).isEqualTo("attempts exhausted");
    assertThat(shop.status(1)).isEqualTo("IN_DOUBT");
  }

  @Test
  void countsTheAttemptsAnewAfterADecision() {
    shop.pending(1);
    Claims claims = shop.claims(new ClaimTerms(IDEMPOTENT, Duration.ofDays(1), 1));
    shop.record(claims.claim(Shop.WORKER, Shop.due(1)).claims().get(0), Outcome.RETRY);
    shop.refusal(claims, 1);
    shop.decideRetry(1, 1);

    ClaimedBatch batch = claims.claim(Shop.WORKER, Shop.due(1));

    assertThat(batch.claims()).extracting(Claim::generation).containsExactly(1);
  }

  @Test
  void refusesAnOrderThatIsTooOldToBeSentAgain() {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY);
    shop.age(1, Duration.ofHours(2));
    Claims claims =
        shop.claims(new ClaimTerms(IDEMPOTENT, Duration.ofDays(1), 20, Duration.ofHours(1), ""));

    Refusal refusal = shop.refusal(claims, 1);

    assertThat(refusal).isEqualTo(Refusal.GUARDED);
    assertThat(shop.attempt(1, 2, "reason")).isEqualTo("too old to be sent again");
  }
}
