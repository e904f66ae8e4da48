package io.duly.orders;

import static io.duly.orders.Contract.IDEMPOTENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class SkipsTest {
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final Shop shop;

  SkipsTest(Shop shop) {
    this.shop = shop;
  }

  @Test
  void listsEachOrderThatGotNoResultWithItsReason() {
    shop.pending(1, 3, 4, 5);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.COMPLETED);
    shop.ownerSets(3, "CANCELLED");
    shop.ownerSets(4, "COMPLETED");
    shop.record(shop.claim(IDEMPOTENT, 5), Outcome.FAILED);
    shop.execute("UPDATE duly.attempt SET run_id = 99 WHERE order_id = 5");

    int queued = skips().explain(Shop.RUN, List.of("1", "2", "3", "4", "5", "4"));

    assertThat(queued).isZero();
    assertThat(reason(2)).isEqualTo("DELETED");
    assertThat(reason(3)).isEqualTo("CANCELLED");
    assertThat(reason(4)).isEqualTo("CHANGED");
    assertThat(reason(5)).isEqualTo("OTHER_RUN");
    assertThat(shop.count("duly.skipped")).isEqualTo(4);
  }

  @Test
  void queuesOrdersThatWereLostOnTheWay() {
    shop.pending(1, 2, 3);
    shop.record(shop.claim(IDEMPOTENT, 2), Outcome.COMPLETED);

    int queued = skips().explain(Shop.RUN, List.of("1", "2", "3"));

    assertThat(queued).isEqualTo(2);
    assertThat(skips().explain(Shop.RUN, List.of("1", "2", "3"))).as("they wait").isEqualTo(2);
    assertThat(shop.count("duly.retry")).isEqualTo(2);
    assertThat(shop.rescues().underway(Shop.RUN)).isEqualTo(2);
    assertThat(shop.rescues().queueDue(AGAIN, 10)).isEqualTo(2);
    assertThat(shop.count("duly.skipped")).isZero();
  }

  @Test
  void anOrderWhoseClaimItsTableRefusesIsQueuedOnceMoreAndThenListed() {
    shop.pending(1, 2);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY);
    RefusedClaims refused = new RefusedClaims(shop.jdbi(), shop.table());
    Shop.due(1, 2).forEach((due, token) -> refused.keep(due, token, "23514: no"));
    refused.keep(new DueOrder("2", 70, 0, 1), UUID.randomUUID(), "23514: of another run");
    assertThat(shop.count("duly.retry")).as("what the run owed").isZero();

    int queued = skips().explain(Shop.RUN, List.of("1", "2"));

    assertThat(queued).isEqualTo(2);
    Shop.due(1, 2).forEach((due, token) -> refused.keep(due, token, "23514: no"));
    assertThat(skips().explain(Shop.RUN, List.of("1", "2"))).isZero();
    assertThat(reason(1) + reason(2)).isEqualTo("REFUSEDREFUSED");
    assertThat(shop.status(1)).isEqualTo("PENDING");
    assertThat(shop.count("duly.retry")).isZero();
  }

  @Test
  void anOrderThatItsOwnerOpensAgainAfterItsResultIsNotQueued() {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.COMPLETED);
    shop.ownerSets(1, "PENDING");

    assertThat(skips().explain(Shop.RUN, List.of("1"))).isZero();
    assertThat(shop.count("duly.skipped")).isZero();
  }

  @Test
  void anOrderThatCameUnderWayMeanwhileIsWaitedForAndNotListed() {
    shop.pending(1, 2);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY, Duration.ofHours(1));
    shop.claim(IDEMPOTENT, 2);

    int waiting = skips().explain(Shop.RUN, List.of("1", "2"));

    assertThat(waiting).isEqualTo(2);
    assertThat(shop.count("duly.skipped")).isZero();
  }

  @Test
  void anOrderThatWaitsForItsRetryByAnotherRunIsListedUnlessThatRunIsOver() {
    shop.pending(1, 2);
    shop.execute(
        """
        INSERT INTO duly.run (id, schedule, fire_time, cutoff, state, owner, owner_seen_at) OVERRIDING SYSTEM VALUE
        VALUES (98, 'open', now(), now(), 'PUBLISHED', '', now()), (99, 'over', now(), now(), 'CLOSED', '', now())
        """);
    shop.execute("INSERT INTO duly.retry VALUES (1, 98, now()), (2, 99, now())");

    int waiting = skips().explain(Shop.RUN, List.of("1", "2"));

    assertThat(waiting).isEqualTo(1);
    assertThat(reason(1)).isEqualTo("OTHER_RUN");
    assertThat(shop.count("duly.skipped")).isEqualTo(1);
  }

  @Test
  void aRunOfWhichAnOrderIsNotAccountedForIsClosedOnlyWhereTheTopicIsNotWhole() {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.COMPLETED);
    shop.execute("UPDATE duly.run SET selected = 2");
    RunTotals totals = shop.runs().totals(Shop.RUN);

    assertThat(shop.runs().close(Shop.RUN, totals, 0, true)).isFalse();

    assertThat(shop.runs().close(Shop.RUN, totals, 0, false)).isTrue();
    assertThat(shop.ask("SELECT skipped FROM duly.run", Long.class)).isEqualTo(1);
  }

  @Test
  void aRunIsNotClosedWhileAnAttemptOfItIsOpenOrItIsPaused() {
    shop.pending(1);
    Claim claim = shop.claim(IDEMPOTENT, 1);
    RunTotals none = shop.runs().totals(Shop.RUN);

    assertThat(shop.runs().close(Shop.RUN, none, 0, true)).as("open").isFalse();
    shop.record(claim, Outcome.COMPLETED);
    assertThat(shop.runs().close(Shop.RUN, none, 0, true)).as("old counts").isFalse();
    shop.execute("UPDATE duly.run SET paused = 'by ann'");
    RunTotals totals = shop.runs().totals(Shop.RUN);

    assertThat(shop.runs().close(Shop.RUN, totals, 0, true)).as("paused").isFalse();
    shop.execute("UPDATE duly.run SET paused = NULL");
    assertThat(shop.runs().close(Shop.RUN, totals, 0, true)).isTrue();
  }

  @Test
  void theVerdictCountsWhatIsListed() {
    shop.pending(1, 3);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.COMPLETED);
    shop.ownerSets(3, "CANCELLED");
    skips().explain(Shop.RUN, List.of("1", "2", "3"));

    assertThat(shop.runs().close(Shop.RUN, shop.runs().totals(Shop.RUN), 0, true)).isTrue();

    assertThat(
            shop.ask(
                "SELECT concat_ws(' ', selected, completed, failed, in_doubt, cancelled, skipped) FROM duly.run",
                String.class))
        .isEqualTo("3 1 0 0 1 1");
  }

  @Test
  void nothingIsForgottenListedOrQueuedOfARunThatIsClosed() {
    shop.pending(1, 3);
    shop.ownerSets(3, "CANCELLED");
    skips().explain(Shop.RUN, List.of("3"));
    shop.execute("UPDATE duly.run SET state = 'CLOSED'");

    assertThat(skips().forget(Shop.RUN)).isFalse();
    assertThat(skips().explain(Shop.RUN, List.of("1", "2"))).isZero();
    assertThat(skips().queueByTable(SkipsByTableTest.runUpTo("3"), 10)).isZero();

    assertThat(reason(3)).isEqualTo("CANCELLED");
    assertThat(shop.count("duly.skipped")).isEqualTo(1);
    assertThat(shop.count("duly.retry")).isZero();
  }

  private Skips skips() {
    return new Skips(shop.jdbi(), shop.table());
  }

  private String reason(long id) {
    return shop.ask("SELECT reason FROM duly.skipped WHERE order_id = ?", String.class, id);
  }
}
