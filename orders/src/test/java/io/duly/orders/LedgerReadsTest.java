package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the reconciler reads of the attempts: doubts, results, contradictions, positions. */
@ExtendWith(ShopExtension.class)
class LedgerReadsTest {
  private final Shop shop;

  LedgerReadsTest(Shop shop) {
    this.shop = shop;
  }

  @Test
  void findsTheDoubtsOfWhichNothingIsUnderWayAnyMore() {
    shop.pendingUpTo(4);
    for (long id = 1; id <= 3; id++) {
      shop.record(shop.claim(Contract.LOOKUP, id), Outcome.IN_DOUBT);
    }
    shop.record(shop.claim(Contract.LOOKUP, 4), Outcome.COMPLETED);
    shop.age(1, Duration.ofMinutes(2));
    shop.age(3, Duration.ofMinutes(2));
    shop.age(4, Duration.ofMinutes(2));
    Doubts doubts = new Doubts(shop.jdbi(), shop.table());

    List<Doubts.Doubt> quiet = doubts.quiet(null, Duration.ofMinutes(1), 10);

    assertThat(quiet).extracting(Doubts.Doubt::orderId).containsExactly("1", "3");
    assertThat(doubts.quiet("1", Duration.ofMinutes(1), 10))
        .extracting(Doubts.Doubt::orderId)
        .containsExactly("3");
    assertThat(doubts.hasFresh(Shop.RUN, Duration.ofMinutes(1))).isTrue();
    assertThat(doubts.hasFresh(Shop.RUN, Duration.ZERO)).isFalse();
  }

  @Test
  void findsTheResultsThatStand() {
    shop.pending(1);
    Claim claim = shop.claim(Contract.LOOKUP, 1);
    shop.record(claim, Outcome.FAILED);
    Results results = new Results(shop.jdbi(), shop.table());

    List<Results.Stored> found = results.find(List.of("1"), List.of(1), List.of(1));

    assertThat(found)
        .containsExactly(
            new Results.Stored(
                new ResultEvent(
                    "1",
                    1,
                    1,
                    claim.token(),
                    Outcome.FAILED,
                    Shop.RUN,
                    200,
                    "said FAILED",
                    "ref-1",
                    Map.of()),
                0,
                1,
                false,
                false));
    assertThat(results.find(List.of("1"), List.of(1), List.of(2))).isEmpty();
  }

  @Test
  void keepsEvidenceOfAStatusThatContradictsTheLastAttempt() {
    shop.pending(1, 2, 3);
    shop.record(shop.claim(Contract.NEITHER, 1), Outcome.COMPLETED);
    shop.record(shop.claim(Contract.NEITHER, 2), Outcome.COMPLETED);
    shop.ownerSets(2, "PENDING");
    shop.ownerSets(3, "CANCELLED");
    Strangers strangers = new Strangers(shop.jdbi(), shop.table());

    List<String> contradicted = strangers.contradictions(List.of("1", "2", "3", "2"));

    assertThat(contradicted).containsExactly("2");
    assertThat(shop.ask("SELECT kind || ': ' || detail FROM duly.evidence", String.class))
        .isEqualTo("status changed by others: is PENDING, was COMPLETED");
  }

  @Test
  void remembersHowFarATopicWasRead() {
    shop.jdbi().useHandle(handle -> Positions.save(handle, "t", Map.of(0, 5L, 1, 7L)));
    shop.jdbi().useHandle(handle -> Positions.save(handle, "t", Map.of(1, 9L)));

    Map<Integer, Long> read = shop.jdbi().withHandle(handle -> Positions.read(handle, "t"));

    assertThat(read).isEqualTo(Map.of(0, 5L, 1, 9L));
    assertThat(
            shop.jdbi()
                .<Map<Integer, Long>, RuntimeException>withHandle(
                    handle -> Positions.read(handle, "u")))
        .isEmpty();
  }
}
