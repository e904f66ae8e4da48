package io.duly.orders;

import static io.duly.orders.Contract.IDEMPOTENT;
import static io.duly.orders.Contract.LOOKUP;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Doubts.Doubt;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(ShopExtension.class)
class DoubtsTest {
  private static final Duration QUIET = Duration.ofMinutes(1);

  private final Shop shop;
  private final Doubts doubts;

  DoubtsTest(Shop shop) {
    this.shop = shop;
    this.doubts = new Doubts(shop.jdbi(), shop.table());
  }

  @Test
  void aDoubtThatNothingBarsIsGivenOnceItIsQuiet() {
    shop.pending(1);
    shop.record(shop.claim(LOOKUP, 1), Outcome.IN_DOUBT);

    assertThat(quiet()).isEmpty();
    shop.age(1, QUIET.plusSeconds(1));

    assertThat(quiet()).singleElement().satisfies(each -> assertThat(each.barred()).isNull());
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"COMPLETED", "FAILED", "RETRY", "LOST"})
  void anotherAttemptThatWasOrMayHaveBeenSentBars(Outcome first) {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), first);
    refuse(1);
    shop.age(1, QUIET.plusSeconds(1));

    assertThat(quiet())
        .extracting(Doubt::attempt, Doubt::barred)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(2, "another attempt was or may have been sent"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"NOT_EXECUTED", "TURNED_AWAY", "RELEASED"})
  void anotherAttemptThatWasNotSentDoesNotBar(Outcome first) {
    shop.pending(1);
    shop.record(shop.claim(LOOKUP, 1), first);
    shop.execute("DELETE FROM duly.retry");
    shop.record(shop.claim(LOOKUP, 1), Outcome.IN_DOUBT);
    shop.age(1, QUIET.plusSeconds(1));

    assertThat(quiet()).singleElement().satisfies(each -> assertThat(each.barred()).isNull());
  }

  @Test
  void attemptsThatAreExhaustedBarThoughNoneOfThemExecuted() {
    shop.pending(1);
    Claims once = shop.claims(new ClaimTerms(LOOKUP, Duration.ZERO, 1));
    shop.record(once.claim(Shop.WORKER, Shop.due(1)).claims().get(0), Outcome.TURNED_AWAY);
    shop.refusal(once, 1);
    shop.age(1, QUIET.plusSeconds(1));

    assertThat(quiet())
        .singleElement()
        .satisfies(each -> assertThat(each.barred()).isEqualTo("attempts exhausted"));
  }

  @Test
  void purgedAttemptsBar() {
    shop.pending(1);
    shop.execute("INSERT INTO duly.purged (order_id, last_attempt, generation) VALUES (1, 4, 0)");
    refuse(1);
    shop.age(1, QUIET.plusSeconds(1));

    assertThat(quiet())
        .singleElement()
        .satisfies(each -> assertThat(each.barred()).isEqualTo("its attempts were purged"));
  }

  @Test
  void anAnswerThatCameAfterTheDecisionToSendAgainBars() {
    shop.pending(1);
    Claim first = shop.claim(LOOKUP, 1);
    shop.record(first, Outcome.IN_DOUBT);
    shop.decideRetry(1, 1);
    shop.record(first, Outcome.FAILED);
    refuse(1);
    shop.age(1, QUIET.plusSeconds(1));

    assertThat(quiet())
        .singleElement()
        .satisfies(
            each ->
                assertThat(each.barred())
                    .isEqualTo("answered since the decision to send it again"));
  }

  @Test
  void theDoubtsOfAnOrderComeTogetherWhenAllAreQuietAndDoNotBarEachOther() {
    shop.pending(1, 2);
    shop.record(shop.claim(LOOKUP, 1), Outcome.IN_DOUBT);
    shop.record(shop.claim(LOOKUP, 2), Outcome.IN_DOUBT);
    shop.age(1, QUIET.plusSeconds(1));
    shop.age(2, QUIET.plusSeconds(1));
    refuse(1);

    assertThat(quiet()).extracting(Doubt::orderId).containsExactly("2");
    shop.age(1, QUIET.plusSeconds(1));

    List<Doubt> page = doubts.quiet(null, QUIET, 1);
    assertThat(page).extracting(Doubt::attempt).containsExactly(1, 2);
    assertThat(page).allSatisfy(each -> assertThat(each.barred()).isNull());
    assertThat(doubts.quiet("1", QUIET, 1)).extracting(Doubt::orderId).containsExactly("2");
  }

  @Test
  void whatIsBarredIsKeptAsEvidenceOnce() {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.FAILED);
    refuse(1);
    shop.age(1, QUIET.plusSeconds(1));

    assertThat(doubts.keep(quiet())).containsExactly("1");
    assertThat(doubts.keep(quiet())).isEmpty();
    assertThat(
            shop.ask(
                "SELECT concat_ws(' ', attempt, kind, detail) FROM duly.evidence", String.class))
        .isEqualTo(
            "2 not put back not executed by lookup, and a claim would refuse it: another attempt was or may have been sent");
  }

  private List<Doubt> quiet() {
    return doubts.quiet(null, QUIET, 10);
  }

  /** The order is PENDING, and the claim puts it in doubt. */
  private void refuse(long id) {
    shop.execute("DELETE FROM duly.retry");
    shop.ownerSets(id, "PENDING");
    assertThat(shop.refusal(shop.claims(LOOKUP), id)).isEqualTo(Refusal.GUARDED);
  }
}
