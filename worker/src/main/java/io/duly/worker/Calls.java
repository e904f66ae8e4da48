package io.duly.worker;

import io.duly.api.ApiAnswer;
import io.duly.api.ApiRequest;
import io.duly.api.OrderApi;
import io.duly.orders.Claim;
import io.duly.orders.IdempotencyKeys;
import io.duly.runtime.Failpoint;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The calls of claimed orders: as many under way as allowed, the others waiting for their turn. A
 * call that the API turned away unexecuted is repeated where the wait fits into the time to send.
 * Each claim ends in exactly one {@link Answered}. The lock keeps the claim thread, which adds,
 * apart from the API's thread, which takes the next. Thread-safe.
 */
final class Calls {
  /** Whether the request of a claim may be sent at an instant of System.nanoTime(). */
  interface Permission {
    boolean maySend(Planned planned, long instant);
  }

  private static final ApiAnswer TOO_LATE =
      new ApiAnswer.Withheld("calls were stopped or the time to send had passed");

  private final OrderApi api;
  private final IdempotencyKeys keys;
  private final Permission permission;
  private final Verdicts verdicts;
  private final BiConsumer<Planned, ApiAnswer> lesson;
  private final Consumer<Answered> answered;
  private final Waiting waiting = new Waiting();
  private boolean repeats = true;
  private Pressure pressure = new Pressure(new Concurrency(1, 1));

  /** Calls that report each answer to {@code lesson} and each ended attempt to {@code answered}. */
  Calls(
      OrderApi api,
      IdempotencyKeys keys,
      Permission permission,
      Verdicts verdicts,
      BiConsumer<Planned, ApiAnswer> lesson,
      Consumer<Answered> answered) {
    this.api = api;
    this.keys = keys;
    this.permission = permission;
    this.verdicts = verdicts;
    this.lesson = lesson;
    this.answered = answered;
  }

  /** Allows so many calls at the same time; to be said before the first. */
  synchronized Calls allow(Concurrency concurrency) {
    pressure = new Pressure(concurrency);
    return this;
  }

  /** Lets no call be repeated within its attempt; to be said before the first. */
  synchronized Calls withoutRepeats() {
    repeats = false;
    return this;
  }

  /** Adds claims to be called, each when a call ends and its instant has come. */
  void add(List<Planned> planned) {
    synchronized (this) {
      waiting.add(planned);
    }
    startDue();
  }

  /** Starts what may start now; the instants of planned calls are reached by calling it again. */
  void startDue() {
    withhold();
    for (Planned next = next(); next != null; next = next()) {
      call(next);
    }
  }

  /** Ends the attempts of the claims first in line that may not be sent any more. */
  private void withhold() {
    withhold(waiting::removeFirst);
  }

  /** Ends the attempts of all waiting claims that may not be sent any more. */
  void withholdAll() {
    withhold(waiting::removeAll);
  }

  private void withhold(Function<Predicate<Planned>, List<Planned>> removal) {
    List<Planned> late;
    synchronized (this) {
      long now = System.nanoTime();
      late = removal.apply(each -> !permission.maySend(each, now));
    }
    late.forEach(
        each -> {
          lesson.accept(each, TOO_LATE);
          end(each, TOO_LATE);
        });
  }

  private synchronized @Nullable Planned next() {
    long now = System.nanoTime();
    for (Planned first = waiting.first(); first != null; first = waiting.first()) {
      if (first.notBeforeNanos() - now > 0) {
        return null;
      }
      if (first.hasExpired(now)) {
        waiting.remove(first);
        waiting.addUnpermitted(first);
      } else if (pressure.start(now)) {
        waiting.remove(first);
        return first;
      } else {
        return null;
      }
    }
    return null;
  }

  /**
   * Nanoseconds until the next waiting call may start; negative when overdue, Long.MAX_VALUE when
   * none waits.
   */
  synchronized long untilNext() {
    Planned first = waiting.first();
    return first == null ? Long.MAX_VALUE : first.notBeforeNanos() - System.nanoTime();
  }

  /** Whether no call is under way and none waits. */
  synchronized boolean isIdle() {
    return pressure.isIdle() && waiting.isEmpty();
  }

  /** How many more claims could be called at once. */
  synchronized int spare() {
    return pressure.free() - waiting.size();
  }

  /**
   * How many orders to claim now whose calls have instants to come: ahead of what could be called
   * at once only while most of that is free.
   */
  synchronized int ahead() {
    boolean isAtEase = pressure.isQuick() && pressure.free() * 2 >= pressure.limit();
    return spare() + (isAtEase ? pressure.limit() : 0);
  }

  /**
   * How many orders to claim now. While calls are quick, as many more as are under way at most wait
   * for their turn, and claims come in large batches; slow calls are claimed for one by one, so
   * that no claim outlives its time to be sent.
   */
  synchronized int room() {
    int spare = pressure.free() - waiting.size();
    if (!pressure.isQuick()) {
      return spare;
    }
    int limit = pressure.limit();
    int room = Math.min(spare + limit, pressure.withinSecond() - waiting.size());
    return room >= Math.min(limit, pressure.withinSecond()) / 2 ? room : 0;
  }

  /** How many claims that {@code which} picks wait for a new permit, theirs having expired. */
  synchronized int unpermitted(Predicate<Claim> which) {
    return waiting.unpermitted(which);
  }

  /** Takes out up to {@code count} of them; add() takes them back. */
  synchronized List<Planned> takeUnpermitted(int count, Predicate<Claim> which) {
    return waiting.takeUnpermitted(count, which);
  }

  /** Gives back the waiting claims that {@code which} picks; they end as released. */
  void release(Predicate<Claim> which) {
    List<Claim> released;
    synchronized (this) {
      released = waiting.remove(which);
    }
    released.forEach(claim -> answered.accept(Answered.released(claim)));
  }

  private void call(Planned planned) {
    Claim claim = planned.claim();
    ApiRequest request =
        new ApiRequest(
            claim.orderId(),
            keys.of(claim.orderId(), claim.generation()),
            claim.body(),
            () -> maySend(planned),
            claim.due().traceparent());
    long startNanos = System.nanoTime();
    api.process(request)
        .thenAccept(answer -> ended(planned, answer, System.nanoTime() - startNanos));
  }

  private boolean maySend(Planned planned) {
    Failpoint.WORKER_SENDING.reach();
    long now = System.nanoTime();
    return !planned.hasExpired(now) && permission.maySend(planned, now);
  }

  private void ended(Planned planned, ApiAnswer answer, long tookNanos) {
    Failpoint.WORKER_ANSWERED.reach();
    long now = System.nanoTime();
    lesson.accept(planned, answer);
    boolean repeated;
    synchronized (this) {
      pressure.ended(answer, now, tookNanos);
      repeated = isRepeated(planned, answer, now);
    }
    if (!repeated) {
      end(planned, answer);
    }
    startDue();
  }

  private void end(Planned planned, ApiAnswer answer) {
    answered.accept(
        new Answered(planned.claim(), verdicts.decide(planned.claim(), answer, planned.calls())));
  }

  /** Puts back a claim that is certainly not executed and whose next call fits into its time. */
  private boolean isRepeated(Planned planned, ApiAnswer answer, long now) {
    if (answer instanceof ApiAnswer.Withheld && planned.hasExpired(now)) {
      boolean mayStill = permission.maySend(planned, now);
      if (mayStill) {
        waiting.addUnpermitted(planned);
      }
      return mayStill;
    }
    if (repeats && answer instanceof ApiAnswer.NotExecuted no) {
      Duration wait = verdicts.shortWait(planned.calls() + 1, no);
      long instant = now + wait.toNanos();
      boolean fits = permission.maySend(planned, instant);
      if (fits) {
        waiting.addLater(planned.again(instant, no.httpStatus() == null ? 0 : 1));
      }
      return fits;
    }
    return false;
  }
}
