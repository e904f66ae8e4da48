package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.api.ApiAnswer;
import io.duly.orders.AttemptResult;
import io.duly.orders.Claim;
import io.duly.orders.Contract;
import io.duly.orders.DueOrder;
import io.duly.orders.Outcome;
import io.duly.runtime.Backoff;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VerdictsTest {
  private static final Claim CLAIM =
      new Claim(new DueOrder("7", 1, 0, 5), 1, UUID.randomUUID(), 0, "{}");

  static Stream<Arguments> answers() {
    ApiAnswer executed = new ApiAnswer.Executed(200, "ref-1", Map.of());
    ApiAnswer refused = new ApiAnswer.Refused(402, "declined", null, Map.of());
    ApiAnswer unsent = new ApiAnswer.NotExecuted(null, "no connection", Duration.ZERO);
    ApiAnswer throttled =
        new ApiAnswer.NotExecuted(429, "too many requests", Duration.ofSeconds(7));
    ApiAnswer withheld = new ApiAnswer.Withheld("too late");
    ApiAnswer wrong = new ApiAnswer.Misconfigured(401, "HTTP 401");
    ApiAnswer away = new ApiAnswer.TurnedAway(404, "HTTP 404");
    ApiAnswer unrendered = new ApiAnswer.TurnedAway(null, "no request can be made of it");
    ApiAnswer reused = new ApiAnswer.KeyReused(422, "key reused");
    ApiAnswer unclear = new ApiAnswer.Ambiguous(null, "reset", Duration.ZERO);
    return Stream.of(Contract.values())
        .flatMap(
            contract ->
                Stream.of(
                    Arguments.of(contract, executed, Outcome.COMPLETED, 1),
                    Arguments.of(contract, refused, Outcome.FAILED, 1),
                    Arguments.of(contract, unsent, Outcome.NOT_EXECUTED, 0),
                    Arguments.of(contract, throttled, Outcome.NOT_EXECUTED, 1),
                    Arguments.of(contract, withheld, Outcome.NOT_EXECUTED, 0),
                    Arguments.of(contract, wrong, Outcome.NOT_EXECUTED, 1),
                    Arguments.of(contract, away, Outcome.TURNED_AWAY, 1),
                    Arguments.of(contract, unrendered, Outcome.TURNED_AWAY, 0),
                    Arguments.of(contract, reused, Outcome.IN_DOUBT, 1),
                    Arguments.of(
                        contract,
                        unclear,
                        contract == Contract.IDEMPOTENT ? Outcome.RETRY : Outcome.IN_DOUBT,
                        1)));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void eachAnswerHasItsOutcomeUnderEachContract(
      Contract contract, ApiAnswer answer, Outcome outcome, int calls) {
    Verdicts verdicts =
        new Verdicts(
            contract, new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5)), new Random(1));

    AttemptResult result = verdicts.decide(CLAIM, answer, 0);

    assertThat(result.outcome()).isEqualTo(outcome);
    assertThat(result.calls()).isEqualTo(calls);
    assertThat(result.token()).isEqualTo(CLAIM.token());
    if (answer instanceof ApiAnswer.NotExecuted no) {
      assertThat(result.retryAfter()).isGreaterThanOrEqualTo(no.pause());
    }
  }

  @Test
  void aProbeThatIsTurnedAwayCountsAsNoAttempt() {
    Verdicts paused =
        new Verdicts(
                Contract.NEITHER,
                new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5)),
                new Random(1))
            .sparing(() -> true);

    AttemptResult result = paused.decide(CLAIM, new ApiAnswer.TurnedAway(404, "HTTP 404"), 0);

    assertThat(result.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
  }
}
