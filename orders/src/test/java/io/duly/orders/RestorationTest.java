package io.duly.orders;

import static io.duly.orders.Contract.IDEMPOTENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Jdbi;
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
  void eachResultIsReachedByLegalMovesAlone() {
    shop.pending(1, 2, 3, 4);
    shop.claim(IDEMPOTENT, 3);
    shop.ownerSets(4, "IN_DOUBT");
    allowLegalMovesAlone();
    try {
      List<String> restored =
          restore(
              event("1", UUID.randomUUID(), 1, Outcome.COMPLETED),
              event("2", UUID.randomUUID(), 1, Outcome.IN_DOUBT),
              event("3", UUID.fromString(shop.attempt(3, 1, "token")), 1, Outcome.FAILED),
              event("4", UUID.randomUUID(), 1, Outcome.IN_DOUBT));

      assertThat(restored).containsExactlyInAnyOrder("1", "2", "3", "4");
    } finally {
      shop.execute("DROP TRIGGER legal ON orders");
    }
    assertThat(LongStream.rangeClosed(1, 4).mapToObj(shop::status))
        .containsExactly("COMPLETED", "IN_DOUBT", "FAILED", "IN_DOUBT");
    assertThat(shop.count("duly.evidence WHERE kind = 'status refused'")).isZero();
  }

  /** As an owner may do who holds Duly to what it documents. */
  private void allowLegalMovesAlone() {
    String legal =
        Arrays.stream(OrderStatus.values())
            .flatMap(
                from ->
                    Arrays.stream(OrderStatus.values())
                        .filter(from::canBecome)
                        .map(to -> "'" + from + "-" + to + "'"))
            .collect(Collectors.joining(", "));
    shop.execute(
        "CREATE OR REPLACE FUNCTION illegal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not from % to %', OLD.status, NEW.status; END $$");
    shop.execute(
        "CREATE TRIGGER legal BEFORE UPDATE ON orders FOR EACH ROW WHEN (OLD.status || '-' || NEW.status NOT IN ("
            + legal
            + ")) EXECUTE FUNCTION illegal()");
  }

  @Test
  void aDatabaseThatIsAwayRefusesNothing() {
    shop.pending(1);
    Jdbi away = Jdbi.create("jdbc:postgresql://localhost:1/away");

    assertThatThrownBy(
            () ->
                new Restoration(away, shop.table(), Shop.PREFIX)
                    .restore("r1", List.of(event(UUID.randomUUID(), 1, Outcome.COMPLETED))))
        .isInstanceOf(ConnectionException.class);
  }

  @Test
  void aTableThatRefusesAllIsWaitedFor() {
    shop.pending(1);
    shop.execute("ALTER TABLE orders RENAME COLUMN status TO state");
    try {
      assertThatThrownBy(() -> restore(event(UUID.randomUUID(), 1, Outcome.COMPLETED)))
          .hasMessageContaining("status");
    } finally {
      shop.execute("ALTER TABLE orders RENAME COLUMN state TO status");
    }
    assertThat(shop.count("duly.attempt")).isZero();
  }

  @Test
  void againRestoresNothing() {
    shop.pending(1);
    ResultEvent event = event(UUID.randomUUID(), 1, Outcome.IN_DOUBT);
    restore(event);

    assertThat(restore(event)).isEmpty();
    assertThat(shop.runs().totals(Shop.RUN)).isEqualTo(new RunTotals(0, 0, 1));
  }

  private List<String> restore(ResultEvent... events) {
    return new Restoration(shop.jdbi(), shop.table(), Shop.PREFIX).restore("r1", List.of(events));
  }

  private static ResultEvent event(UUID token, int transition, Outcome outcome) {
    return event("1", token, transition, outcome);
  }

  private static ResultEvent event(String id, UUID token, int transition, Outcome outcome) {
    return new ResultEvent(
        id, 1, transition, token, outcome, Shop.RUN, 200, null, "r-" + id, Map.of("fee", "1"));
  }
}
