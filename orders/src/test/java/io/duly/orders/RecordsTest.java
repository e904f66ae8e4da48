package io.duly.orders;

import static io.duly.orders.Contract.IDEMPOTENT;
import static io.duly.orders.Contract.LOOKUP;
import static io.duly.orders.Contract.NEITHER;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(ShopExtension.class)
class RecordsTest {
  private final Shop shop;

  RecordsTest(Shop shop) {
    this.shop = shop;
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void closesTheAttemptAndWritesTheStatusOfItsOutcome(Outcome outcome) {
    shop.pending(1);
    Claim claim = shop.claim(IDEMPOTENT, 1);

    List<Recorded> recorded = shop.record(claim, outcome);

    int transition = outcome.isResult() ? 1 : 0;
    assertThat(recorded).containsExactly(new Recorded("1", 1, transition, Shop.RUN));
    assertThat(shop.status(1)).isEqualTo(outcome.status().name());
    assertThat(
            shop.attempt(
                1, 1, "concat_ws(' ', outcome, calls, http_status, reason, reference, transition)"))
        .isEqualTo(outcome + " 1 200 said " + outcome + " ref-1 " + transition);
    assertThat(shop.attempt(1, 1, "finished_at IS NOT NULL")).isEqualTo("true");
    assertThat(shop.count("duly.evidence")).isZero();
  }

  @Test
  void changesNothingUnderAWrongTokenAndKeepsItAsEvidence() {
    shop.pending(1);
    Claim claim = shop.claim(NEITHER, 1);
    Claim forged = new Claim(claim.due(), 1, UUID.randomUUID(), 0, "");

    List<Recorded> recorded = shop.record(forged, Outcome.COMPLETED);

    assertThat(recorded).isEmpty();
    assertThat(shop.status(1)).isEqualTo("PROCESSING");
    assertThat(shop.attempt(1, 1, "finished_at IS NULL")).isEqualTo("true");
    assertThat(shop.count("duly.run_counter")).isZero();
    assertThat(evidence())
        .isEqualTo("1 1 " + forged.token() + " late answer: COMPLETED 200 said COMPLETED ref-1");
  }

  @ParameterizedTest
  @CsvSource({
    "COMPLETED, COMPLETED, 2",
    "FAILED, FAILED, 2",
    "NOT_EXECUTED, PENDING, 1",
    "TURNED_AWAY, PENDING, 1"
  })
  void settlesADoubtByItsOwnLateAnswer(Outcome late, String status, int transition) {
    shop.pending(1);
    Claim claim = shop.claim(LOOKUP, 1);
    shop.record(claim, Outcome.IN_DOUBT);

    List<Recorded> recorded = shop.record(claim, late);

    assertThat(recorded).containsExactly(new Recorded("1", 1, transition, Shop.RUN));
    assertThat(shop.status(1)).isEqualTo(status);
    assertThat(shop.attempt(1, 1, "outcome")).isEqualTo(late.name());
    assertThat(shop.runs().totals(Shop.RUN).inDoubt()).isZero();
    assertThat(shop.count("duly.evidence")).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"COMPLETED", "FAILED", "NOT_EXECUTED", "TURNED_AWAY"},
      mode = EnumSource.Mode.EXCLUDE)
  void leavesADoubtThatTheLateAnswerDoesNotSettle(Outcome late) {
    shop.pending(1);
    Claim claim = shop.claim(LOOKUP, 1);
    shop.record(claim, Outcome.IN_DOUBT);

    List<Recorded> recorded = shop.record(claim, late);

    assertThat(recorded).isEmpty();
    assertThat(shop.status(1)).isEqualTo("IN_DOUBT");
    assertThat(shop.runs().totals(Shop.RUN)).isEqualTo(new RunTotals(0, 0, 1));
    assertThat(shop.count("duly.evidence")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "COMPLETED, FAILED, contradiction",
    "FAILED, COMPLETED, contradiction",
    "COMPLETED, IN_DOUBT, late answer",
    "FAILED, RETRY, late answer",
    "COMPLETED, NOT_EXECUTED, late answer",
    "COMPLETED, TURNED_AWAY, late answer",
    "COMPLETED, RELEASED, late answer"
  })
  void neverOverwritesATerminalStatus(Outcome first, Outcome stale, String kind) {
    shop.pending(1);
    Claim claim = shop.claim(IDEMPOTENT, 1);
    shop.record(claim, first);

    List<Recorded> recorded = shop.record(claim, stale);

    assertThat(recorded).isEmpty();
    assertThat(shop.status(1)).isEqualTo(first.name());
    assertThat(shop.attempt(1, 1, "outcome")).isEqualTo(first.name());
    assertThat(shop.count("duly.retry")).isZero();
    assertThat(evidence()).startsWith("1 1 " + claim.token() + " " + kind + ": " + stale);
  }

  @Test
  void keepsAStaleWorkersAnswerFromTheAttemptThatFollowed() {
    shop.pending(1);
    Claim lost = shop.claim(IDEMPOTENT, 1);
    shop.rescues().abandon(IDEMPOTENT, Duration.ofDays(1), 10, "r1");
    Claim next = shop.claim(IDEMPOTENT, 1);

    List<Recorded> stale = shop.record(lost, Outcome.FAILED);
    List<Recorded> own = shop.record(next, Outcome.COMPLETED);

    assertThat(stale).isEmpty();
    assertThat(own).containsExactly(new Recorded("1", 2, 1, Shop.RUN));
    assertThat(shop.status(1)).isEqualTo("COMPLETED");
    assertThat(shop.attempt(1, 1, "outcome")).isEqualTo("LOST");
    assertThat(shop.count("duly.evidence")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"RETRY", "NOT_EXECUTED", "TURNED_AWAY"})
  void givesAnOrderThatIsTriedAgainItsTime(Outcome outcome) {
    shop.pending(1);

    shop.record(shop.claim(IDEMPOTENT, 1), outcome, Duration.ofSeconds(90));

    assertThat(
            shop.ask(
                "SELECT extract(epoch FROM not_before - clock_timestamp()) FROM duly.retry WHERE order_id = 1 AND run_id = 7 AND queued_at IS NULL",
                Double.class))
        .isBetween(60.0, 90.0);
  }

  @Test
  void putsAReleasedOrderBackWithoutARetry() {
    shop.pending(1);
    Claim claim = shop.claim(NEITHER, 1);

    shop.records().record(Shop.WORKER, List.of(AttemptResult.released("1", 1, claim.token())));

    assertThat(shop.status(1)).isEqualTo("PENDING");
    assertThat(shop.count("duly.retry")).isZero();
    assertThat(shop.attempt(1, 1, "calls || reason")).isEqualTo("0released unsent");
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void leavesAStatusThatItsOwnerHasChangedMeanwhile(Outcome outcome) {
    shop.pending(1);
    Claim claim = shop.claim(IDEMPOTENT, 1);
    shop.ownerSets(1, "CANCELLED");

    List<Recorded> recorded = shop.record(claim, outcome);

    assertThat(recorded).hasSize(1);
    assertThat(shop.status(1)).isEqualTo("CANCELLED");
    assertThat(shop.attempt(1, 1, "outcome")).isEqualTo(outcome.name());
  }

  @Test
  void closesTheAttemptOfAnOrderThatIsDeleted() {
    shop.pending(1);
    Claim claim = shop.claim(NEITHER, 1);
    shop.execute("DELETE FROM orders");

    List<Recorded> recorded = shop.record(claim, Outcome.COMPLETED);

    assertThat(recorded).hasSize(1);
    assertThat(shop.attempt(1, 1, "outcome")).isEqualTo("COMPLETED");
  }

  @Test
  void recordsAMixedBatchInOneStatementAndCountsItByRun() {
    shop.pending(1, 2, 3, 4, 5, 6);
    List<Claim> claims =
        shop.claims(IDEMPOTENT).claim(Shop.WORKER, Shop.due(1, 2, 3, 4, 5, 6)).claims();
    List<Outcome> outcomes =
        List.of(
            Outcome.COMPLETED,
            Outcome.COMPLETED,
            Outcome.FAILED,
            Outcome.IN_DOUBT,
            Outcome.RETRY,
            Outcome.RELEASED);
    List<AttemptResult> results =
        java.util.stream.IntStream.range(0, 6)
            .mapToObj(i -> Shop.result(claims.get(i), outcomes.get(i), Duration.ZERO))
            .toList();

    List<Recorded> recorded = shop.records().record(Shop.WORKER, results).recorded();

    assertThat(recorded).hasSize(6);
    assertThat(shop.runs().totals(Shop.RUN)).isEqualTo(new RunTotals(2, 1, 1));
    assertThat(shop.count("orders WHERE status = 'PENDING'")).isEqualTo(2);
    assertThat(shop.count("duly.retry")).isEqualTo(1);
  }

  @Test
  void keepsTheCountersEqualToTheAttempts() {
    shop.pendingUpTo(4);
    for (long id = 1; id <= 4; id++) {
      Claim claim = shop.claim(LOOKUP, id);
      shop.record(claim, Outcome.IN_DOUBT);
      if (id < 4) {
        shop.record(claim, id == 1 ? Outcome.FAILED : Outcome.COMPLETED);
        shop.record(claim, Outcome.FAILED);
      }
    }

    RunTotals totals = shop.runs().totals(Shop.RUN);

    assertThat(totals)
        .isEqualTo(
            new RunTotals(
                shop.count("duly.attempt WHERE outcome = 'COMPLETED'"),
                shop.count("duly.attempt WHERE outcome = 'FAILED'"),
                shop.count("duly.attempt WHERE outcome = 'IN_DOUBT'")))
        .isEqualTo(new RunTotals(2, 1, 1));
  }

  private String evidence() {
    return shop.ask(
        "SELECT concat(concat_ws(' ', order_id, attempt, token, kind), ': ', detail) FROM duly.evidence",
        String.class);
  }
}
