package io.duly.worker;

import io.duly.api.ApiAnswer;
import io.duly.orders.AttemptResult;
import io.duly.orders.AttemptResult.Answer;
import io.duly.orders.Claim;
import io.duly.orders.Contract;
import io.duly.orders.Outcome;
import io.duly.runtime.Backoff;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Decides what an answer makes of an attempt, under the API's contract. Thread-safe where the
 * random source is.
 */
final class Verdicts {
  private static final Backoff SHORT = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));
  private final Contract contract;
  private final Backoff backoff;
  private final RandomGenerator random;
  private BooleanSupplier isPaused = () -> false;

  Verdicts(Contract contract, Backoff backoff, RandomGenerator random) {
    this.contract = contract;
    this.backoff = backoff;
    this.random = random;
  }

  /**
   * Counts no attempt that is turned away while {@code isPaused}: it is a probe of the settings. To
   * be said before the first.
   */
  Verdicts sparing(BooleanSupplier isPaused) {
    this.isPaused = isPaused;
    return this;
  }

  /**
   * The result of the attempt that {@code claim} opened, given the API's {@code answer} after so
   * many {@code earlier} requests.
   */
  AttemptResult decide(Claim claim, ApiAnswer answer, int earlier) {
    AttemptResult last = decide(claim, answer);
    return new AttemptResult(
        last.orderId(),
        last.attempt(),
        last.token(),
        last.outcome(),
        last.calls() + earlier,
        last.answer(),
        last.retryAfter());
  }

  /**
   * How long to wait before the next request of the same attempt, after {@code calls} that executed
   * nothing: as the API asked, and at least a random while that grows with them.
   */
  Duration shortWait(int calls, ApiAnswer.NotExecuted answer) {
    return longer(answer.pause(), SHORT.after(calls, random));
  }

  private AttemptResult decide(Claim claim, ApiAnswer answer) {
    if (answer instanceof ApiAnswer.Executed executed) {
      return result(
          claim,
          Outcome.COMPLETED,
          new Answer(executed.httpStatus(), null, executed.reference(), executed.fields()),
          Duration.ZERO);
    }
    if (answer instanceof ApiAnswer.Refused refused) {
      return result(
          claim,
          Outcome.FAILED,
          new Answer(refused.httpStatus(), refused.reason(), refused.reference(), refused.fields()),
          Duration.ZERO);
    }
    Answer plain = new Answer(answer.httpStatus(), answer.reason(), null);
    if (answer instanceof ApiAnswer.NotExecuted no) {
      return result(claim, Outcome.NOT_EXECUTED, plain, longer(no.pause(), backoff(claim)));
    }
    if (answer instanceof ApiAnswer.TurnedAway && !isPaused.getAsBoolean()) {
      return result(claim, Outcome.TURNED_AWAY, plain, backoff(claim));
    }
    if (answer instanceof ApiAnswer.Misconfigured || answer instanceof ApiAnswer.TurnedAway) {
      return result(claim, Outcome.NOT_EXECUTED, plain, backoff(claim));
    }
    if (answer instanceof ApiAnswer.Withheld) {
      return result(claim, Outcome.NOT_EXECUTED, plain, Duration.ZERO);
    }
    if (answer instanceof ApiAnswer.Ambiguous ambiguous && contract == Contract.IDEMPOTENT) {
      return result(claim, Outcome.RETRY, plain, longer(ambiguous.pause(), backoff(claim)));
    }
    return result(claim, Outcome.IN_DOUBT, plain, Duration.ZERO);
  }

  private Duration backoff(Claim claim) {
    return backoff.after(claim.attempt(), random);
  }

  private static AttemptResult result(
      Claim claim, Outcome outcome, Answer answer, Duration retryAfter) {
    boolean isUnsent = outcome == Outcome.NOT_EXECUTED || outcome == Outcome.TURNED_AWAY;
    boolean sent = answer.httpStatus() != null || !isUnsent;
    return new AttemptResult(
        claim.orderId(), claim.attempt(), claim.token(), outcome, sent ? 1 : 0, answer, retryAfter);
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
