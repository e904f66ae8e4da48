package io.duly.orders;

import static io.duly.orders.Contract.IDEMPOTENT;
import static io.duly.orders.Contract.NEITHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ShopExtension.class)
class PurgeTest {
  private static final Duration YEAR = Duration.ofDays(365);

  private final Shop shop;

  PurgeTest(Shop shop) {
    this.shop = shop;
  }

  @ParameterizedTest
  @EnumSource(Contract.class)
  void aPurgedOrderThatIsSetBackToPendingIsRefusedANewCall(Contract contract) {
    purged(1);
    shop.ownerSets(1, "PENDING");

    Refusal refusal = shop.refusal(shop.claims(contract), 1);

    assertThat(refusal).isEqualTo(Refusal.GUARDED);
    assertThat(shop.status(1)).isEqualTo("IN_DOUBT");
    assertThat(shop.attempt(1, 2, "reason")).isEqualTo("its attempts were purged");
    assertThat(shop.attempt(1, 2, "calls")).isEqualTo("0");
  }

  @ParameterizedTest
  @EnumSource(Contract.class)
  void aDecisionAllowsAPurgedOrderOneCallUnderANewGeneration(Contract contract) {
    purged(1);
    shop.ownerSets(1, "PENDING");
    shop.refusal(shop.claims(contract), 1);
    shop.decideRetry(1, 1);

    Claim claim = shop.claim(contract, 1);

    assertThat(claim.attempt()).isEqualTo(3);
    assertThat(claim.generation()).isEqualTo(1);
  }

  @Test
  void anOrderThatWasNeverSentMayBeCalledAfterItsPurge() {
    shop.pending(1);
    shop.record(shop.claim(NEITHER, 1), Outcome.NOT_EXECUTED);
    shop.ownerSets(1, "CANCELLED");
    assertThat(purgeLater()).isEqualTo(1);
    shop.ownerSets(1, "PENDING");

    Claim claim = shop.claim(NEITHER, 1);

    assertThat(claim.attempt()).isEqualTo(2);
  }

  @Test
  void theRunThatLostAttemptsSaysSoAndKeepsItsCounters() {
    purged(1, 2);

    assertThat(shop.count("duly.attempt")).isZero();
    assertThat(shop.count("duly.run WHERE purged_at IS NOT NULL")).isEqualTo(1);
    assertThat(shop.runs().totals(Shop.RUN)).isEqualTo(new RunTotals(2, 0, 0));
    assertThat(purge()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUBLISHING", "PUBLISHED"})
  void nothingOfAnOpenRunIsPurged(String state) {
    completed(1);
    endedRun();
    shop.execute("UPDATE duly.run SET state = ?", state);

    assertThat(purge()).isZero();
  }

  @Test
  void nothingOfARunThatEndedLaterIsPurged() {
    completed(1);
    endedRun();
    shop.execute("UPDATE duly.run SET closed_at = now() - interval '364 days'");

    assertThat(purge()).isZero();
  }

  @Test
  void whatIsOpenInDoubtOrNotFinishedStays() {
    shop.pending(1, 2, 3, 4);
    shop.claim(NEITHER, 1);
    shop.record(shop.claim(NEITHER, 2), Outcome.IN_DOUBT);
    shop.record(shop.claim(NEITHER, 3), Outcome.COMPLETED);
    shop.ownerSets(3, "PENDING");
    shop.record(shop.claim(IDEMPOTENT, 4), Outcome.RETRY);

    assertThat(purgeLater()).isZero();
    assertThat(shop.count("duly.purged")).isZero();
  }

  @Test
  void allAttemptsOfAnOrderGoTogetherOrNone() {
    shop.pending(1, 2);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.COMPLETED);
    shop.record(shop.claim(IDEMPOTENT, 2), Outcome.RETRY);
    shop.record(shop.claim(IDEMPOTENT, 2), Outcome.COMPLETED);
    endedRun();
    shop.execute("UPDATE duly.attempt SET finished_at = now() WHERE order_id = 2 AND attempt = 2");

    assertThat(purge()).isEqualTo(2);
    assertThat(shop.count("duly.attempt WHERE order_id = 2")).isEqualTo(2);
    assertThat(shop.ask("SELECT last_attempt FROM duly.purged", Integer.class)).isEqualTo(2);
  }

  @Test
  void ordersThatTheirOwnerMovedOnOrDeletedArePurgedAndRemembered() {
    completed(1, 2);
    shop.ownerSets(1, "SHIPPED");
    shop.execute("DELETE FROM orders WHERE id = 2");

    assertThat(purgeLater()).isEqualTo(2);
    shop.pending(2);
    assertThat(shop.refusal(shop.claims(NEITHER), 2)).isEqualTo(Refusal.GUARDED);
  }

  @Test
  void whatKafkaTellsOfAPurgedOrderBringsNothingBack() {
    Claim claim = completed(1);
    endedRun();
    shop.execute("UPDATE duly.run SET state = 'CANCELLED'");
    assertThat(purge()).isEqualTo(1);
    ResultEvent event =
        new ResultEvent(
            "1", 1, 1, claim.token(), Outcome.COMPLETED, Shop.RUN, 200, null, "r-1", Map.of());

    var restored =
        new Restoration(shop.jdbi(), shop.table(), Shop.PREFIX).restore("r1", List.of(event));
    int recalled = new Recollection(shop.jdbi(), shop.table(), Shop.PREFIX).recall(intent(claim));

    assertThat(restored).isEmpty();
    assertThat(recalled).isZero();
    assertThat(shop.count("duly.attempt")).isZero();
  }

  @Test
  void attemptsAreKeptAtLeastAsLongAsTheApiKeepsItsKeys() {
    Settings settings = Settings.of(Map.of("attempts.retention", "1d", "api.key-retention", "2d"));

    assertThatThrownBy(() -> Purge.retention(settings))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("attempts.retention is 1d, shorter than api.key-retention, 2d");
    assertThat(Purge.retention(Settings.of(Map.of()))).isEqualTo(Duration.ofDays(400));
  }

  private static Intent intent(Claim claim) {
    return new Intent(Shop.WORKER, "", "0/0", List.of(Intent.Entry.of(claim)));
  }

  private Claim completed(long... ids) {
    shop.pending(ids);
    Claim last = null;
    for (long id : ids) {
      last = shop.claim(IDEMPOTENT, id);
      shop.record(last, Outcome.COMPLETED);
    }
    return java.util.Objects.requireNonNull(last);
  }

  private void purged(long... ids) {
    Claim unused = completed(ids);
    assertThat(purgeLater()).isEqualTo(ids.length);
    shop.execute("UPDATE duly.run SET state = 'PUBLISHED'"); // so that claims are made for it
  }

  /** Purges when the run has ended and a year is over. */
  private int purgeLater() {
    endedRun();
    int purged = purge();
    shop.execute("UPDATE duly.run SET state = 'PUBLISHED'");
    return purged;
  }

  private void endedRun() {
    shop.execute(
        "UPDATE duly.attempt SET claimed_at = claimed_at - interval '1 year 2 days', finished_at = finished_at - interval '1 year 2 days'");
    shop.execute(
        "UPDATE duly.run SET state = 'CLOSED', closed_at = now() - interval '1 year 1 day'");
  }

  /** One order a page. */
  private int purge() {
    Purge purge = new Purge(shop.jdbi(), shop.table(), YEAR, 1);
    int purged = 0;
    for (long run : purge.dueRuns()) {
      Purge.Page page = purge.purge(run, null);
      for (; page.lastId() != null; page = purge.purge(run, page.lastId())) {
        purged += page.attempts();
      }
    }
    return purged;
  }
}
