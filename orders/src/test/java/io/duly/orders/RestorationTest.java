package io.duly.orders;

import static io.duly.orders.Contract.IDEMPOTENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class RestorationTest {
  private final Shop shop;

  RestorationTest(Shop shop) {
    this.shop = shop;
  }

  @Test
  void aResultThatTheDatabaseForgotIsRestoredWithEvidence() {
    shop.pending(1);

    List<String> restored = restore(event(UUID.randomUUID(), 1, Outcome.COMPLETED));

    assertThat(restored).containsExactly("1");
    assertThat(shop.status(1)).isEqualTo("COMPLETED");
    assertThat(shop.attempt(1, 1, "reference")).isEqualTo("r-1");
    assertThat(shop.runs().totals(Shop.RUN)).isEqualTo(new RunTotals(1, 0, 0));
    assertThat(shop.count("duly.evidence WHERE kind = 'restored'")).isEqualTo(1);
    assertThat(shop.refusal(shop.claims(IDEMPOTENT), 1)).isEqualTo(Refusal.TERMINAL);
  }

  @Test
  void aResultThatTheDatabaseRemembersIsLeftAlone() {
    shop.pending(1);
    Claim claim = shop.claim(IDEMPOTENT, 1);
    shop.record(claim, Outcome.COMPLETED);

    List<String> restored = restore(event(claim.token(), 1, Outcome.COMPLETED));

    assertThat(restored).isEmpty();
    assertThat(shop.runs().totals(Shop.RUN)).isEqualTo(new RunTotals(1, 0, 0));
  }

  @Test
  void aResultOfAnAttemptThatIsOpenAgainClosesIt() {
    shop.pending(1);
    Claim claim = shop.claim(IDEMPOTENT, 1);

    restore(event(claim.token(), 1, Outcome.FAILED));

    assertThat(shop.status(1)).isEqualTo("FAILED");
    assertThat(shop.attempt(1, 1, "outcome")).isEqualTo("FAILED");
    assertThat(shop.runs().totals(Shop.RUN)).isEqualTo(new RunTotals(0, 1, 0));
  }

  @Test
  void aClaimRecalledInDoubtIsSettledByItsResult() {
    shop.pending(1);
    Claim claim = shop.claim(IDEMPOTENT, 1);
    shop.record(claim, Outcome.IN_DOUBT);

    restore(event(claim.token(), 1, Outcome.COMPLETED));

    assertThat(shop.status(1)).isEqualTo("COMPLETED");
    assertThat(shop.attempt(1, 1, "transition")).isEqualTo("2");
    assertThat(shop.runs().totals(Shop.RUN)).isEqualTo(new RunTotals(1, 0, 0));
  }

  @Test
  void theResultOfAnEarlierAttemptLeavesTheStatusToTheOneThatIsOpenNow() {
    shop.pending(1);
    Claim now = shop.claim(IDEMPOTENT, 1);

    restore(event(UUID.randomUUID(), 1, Outcome.COMPLETED));

    assertThat(shop.status(1)).isEqualTo("PROCESSING");
    assertThat(shop.attempt(1, 2, "outcome")).isEqualTo("COMPLETED");
    assertThat(shop.record(now, Outcome.COMPLETED)).hasSize(1);
  }

  @Test
  void aResultOfAClosedRunThatIsNoMoreThereWasPurgedAndNotForgotten() {
    shop.pending(1);
    shop.execute("UPDATE duly.run SET state = 'CLOSED'");

    assertThat(restore(event(UUID.randomUUID(), 1, Outcome.COMPLETED))).isEmpty();
    assertThat(shop.status(1)).isEqualTo("PENDING");
  }

  @Test
  void aStatusThatItsOwnerHasSetIsNotOverwritten() {
    shop.pending(1);
    shop.ownerSets(1, "CANCELLED");

    restore(event(UUID.randomUUID(), 1, Outcome.COMPLETED));

    assertThat(shop.status(1)).isEqualTo("CANCELLED");
    assertThat(shop.attempt(1, 1, "outcome")).isEqualTo("COMPLETED");
  }

  @Test
  void againRestoresNothing() {
    shop.pending(1);
    ResultEvent event = event(UUID.randomUUID(), 1, Outcome.IN_DOUBT);
    restore(event);

    assertThat(restore(event)).isEmpty();
    assertThat(shop.runs().totals(Shop.RUN)).isEqualTo(new RunTotals(0, 0, 1));
  }

  private List<String> restore(ResultEvent event) {
    return new Restoration(shop.jdbi(), shop.table(), Shop.PREFIX).restore("r1", List.of(event));
  }

  private static ResultEvent event(UUID token, int transition, Outcome outcome) {
    return new ResultEvent(
        "1", 1, transition, token, outcome, Shop.RUN, 200, null, "r-1", Map.of("fee", "1"));
  }
}
