package io.duly.reconciler;

import io.duly.api.LookupAnswer;
import io.duly.api.LookupRequest;
import io.duly.api.OrderApi;
import io.duly.orders.AttemptResult;
import io.duly.orders.AttemptResult.Answer;
import io.duly.orders.Doubts;
import io.duly.orders.Doubts.Doubt;
import io.duly.orders.IdempotencyKeys;
import io.duly.orders.Outcome;
import io.duly.orders.Recording;
import io.duly.orders.Records;
import io.duly.runtime.Failpoint;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API what became of orders in doubt, once nothing of them can be on its way any more,
 * however the database's clock was put since their claim, and records what it says. "Not executed"
 * puts an order back only where the settings allow it and a claim would take it; else it waits for
 * a person. One whose answer cannot be recorded holds up no other: after a failure doubts are taken
 * one by one, and then more and more again. One thread.
 */
final class DoubtSettler {
  private static final Logger log = LoggerFactory.getLogger(DoubtSettler.class);
  private static final int STEP = 64;

  private final OrderApi api;
  private final IdempotencyKeys keys;
  private final Doubts doubts;
  private final Records records;
  private final ClockWatch clock;
  private final Duration quiet;
  private final boolean retries;
  private final LookupPace pace;
  private @Nullable String after;
  private int step = STEP;

  DoubtSettler(
      Settings settings,
      OrderApi api,
      IdempotencyKeys keys,
      Doubts doubts,
      Records records,
      ClockWatch clock) {
    this.api = api;
    this.keys = keys;
    this.doubts = doubts;
    this.records = records;
    this.clock = clock;
    this.quiet = quietPeriod(settings);
    this.retries = settings.isTrue("reconciler.retry-not-executed");
    this.pace =
        new LookupPace(
            settings.duration("reconciler.interval"),
            quiet,
            settings.number("api.rate"),
            System::nanoTime);
  }

  /**
   * How long after a claim the API may still be executing it: last moment to send, call, and the
   * API's own time.
   */
  static Duration quietPeriod(Settings settings) {
    return settings
        .duration("worker.send-window")
        .plus(settings.duration("api.timeout"))
        .plus(settings.duration("api.processing-time"));
  }

  /**
   * Asks for some doubts; returns how many are settled. An order that others have locked is passed
   * over until the next walk. One that fails alone is passed over until the next walk, and is named
   * in what is thrown.
   */
  int once() {
    if (!pace.isDue()) {
      return 0;
    }
    List<Doubt> asked = doubts.quiet(after, quiet, step);
    if (!isQuietKnown()) {
      return 0;
    }
    int settled = askOrPass(asked);
    pace.asked(asked.size(), settled);
    after = asked.size() < step ? null : asked.get(asked.size() - 1).orderId();
    step = Math.min(STEP, step * 2);
    if (after == null) {
      long unsettled = pace.unsettled();
      Duration wait = pace.walked();
      if (unsettled > 0) {
        log.info("Doubts stay after their lookup orders={} nextLookup={}", unsettled, wait);
      }
    }
    return settled;
  }

  /**
   * Whether what was quiet by the database's clock just now is so by any: it was not put forward.
   */
  private boolean isQuietKnown() {
    clock.look();
    return clock.evenFor().compareTo(quiet) >= 0;
  }

  private int askOrPass(List<Doubt> asked) {
    try {
      return ask(asked);
    } catch (RuntimeException e) {
      step = 1;
      if (asked.size() != 1) {
        throw e;
      }
      after = asked.get(0).orderId();
      throw new IllegalStateException(
          "the doubt of order " + after + " cannot be settled, which is tried again later: " + e,
          e);
    }
  }

  private int ask(List<Doubt> asked) {
    List<LookupRequest> questions = asked.stream().map(this::question).toList();
    List<LookupAnswer> answers = api.lookup(questions).toCompletableFuture().join();
    List<AttemptResult> settled = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      settle(asked.get(i), answers.get(i)).ifPresent(settled::add);
    }
    leaveBarred(asked, answers);
    if (!settled.isEmpty()) {
      Failpoint.RECONCILER_LOOKED_UP.reach();
      Recording recording = records.record(ActiveReconciler.NAME, settled);
      settled.removeIf(each -> recording.busy().contains(each.orderId()));
      log.info("Doubts settled by lookup orders={}", settled.size());
    }
    return settled.size();
  }

  private void leaveBarred(List<Doubt> asked, List<LookupAnswer> answers) {
    List<Doubt> barred = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      if (retries
          && asked.get(i).barred() != null
          && answers.get(i) instanceof LookupAnswer.NotExecuted) {
        barred.add(asked.get(i));
      }
    }
    if (!barred.isEmpty()) {
      doubts
          .keep(barred)
          .forEach(
              each ->
                  log.warn(
                      "An order that was not executed stays in doubt for a person: a claim would refuse it orderId={}",
                      each));
    }
  }

  private LookupRequest question(Doubt doubt) {
    return new LookupRequest(doubt.orderId(), keys.of(doubt.orderId(), doubt.generation()));
  }

  private Optional<AttemptResult> settle(Doubt doubt, LookupAnswer answer) {
    if (answer instanceof LookupAnswer.Executed executed) {
      Outcome outcome = executed.refused() ? Outcome.FAILED : Outcome.COMPLETED;
      return Optional.of(
          result(doubt, outcome, new Answer(null, "found by lookup", executed.reference())));
    }
    if (answer instanceof LookupAnswer.NotExecuted && retries && doubt.barred() == null) {
      return Optional.of(
          result(doubt, Outcome.NOT_EXECUTED, Answer.because("proved not executed by lookup")));
    }
    return Optional.empty();
  }

  private static AttemptResult result(Doubt doubt, Outcome outcome, Answer answer) {
    return new AttemptResult(
        doubt.orderId(),
        doubt.attempt(),
        doubt.token(),
        outcome,
        doubt.calls(),
        answer,
        Duration.ZERO);
  }
}
