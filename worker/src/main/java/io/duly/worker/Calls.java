package io.duly.worker;

import io.duly.api.ApiAnswer;
import io.duly.api.ApiRequest;
import io.duly.api.OrderApi;
import io.duly.orders.AttemptResult;
import io.duly.orders.Claim;
import io.duly.orders.IdempotencyKeys;
import io.duly.runtime.Failpoint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The calls of claimed orders: as many under way as allowed, the others waiting for their turn.
 * Each claim ends in exactly one {@link Answered}. The lock keeps the claim thread, which adds,
 * apart from the API's thread, which takes the next. Thread-safe.
 */
final class Calls {
  private static final long QUICK_NANOS = Duration.ofMillis(500).toNanos();

  /**
   * A claim, when it was made, and the earliest instant of its call (both of System.nanoTime()).
   */
  record Planned(Claim claim, long claimedNanos, long notBeforeNanos) {}

  private final OrderApi api;
  private final IdempotencyKeys keys;
  private final Predicate<Planned> maySend;
  private final Verdicts verdicts;
  private final Consumer<ApiAnswer> lesson;
  private final Consumer<Answered> answered;
  private final Deque<Planned> waiting = new ArrayDeque<>();
  private int allowed;
  private int free;

  /** Moving average of the calls' durations; slow until proved otherwise. */
  private long usualNanos = 2 * QUICK_NANOS;

  /** Calls that report each answer to {@code lesson} and each ended attempt to {@code answered}. */
  Calls(
      OrderApi api,
      IdempotencyKeys keys,
      Predicate<Planned> maySend,
      Verdicts verdicts,
      Consumer<ApiAnswer> lesson,
      Consumer<Answered> answered) {
    this.api = api;
    this.keys = keys;
    this.maySend = maySend;
    this.verdicts = verdicts;
    this.lesson = lesson;
    this.answered = answered;
  }

  /** Allows {@code more} calls at the same time. */
  synchronized Calls allow(int more) {
    allowed += more;
    free += more;
    return this;
  }

  /** Adds claims to be called, each when a call ends and its instant has come. */
  void add(List<Planned> planned) {
    synchronized (this) {
      waiting.addAll(planned);
    }
    startDue();
  }

  /** Starts what may start now; the instants of planned calls are reached by calling it again. */
  void startDue() {
    for (Planned next = next(); next != null; next = next()) {
      call(next);
    }
  }

  private synchronized @org.jspecify.annotations.Nullable Planned next() {
    Planned first = waiting.peekFirst();
    if (first == null || free == 0 || first.notBeforeNanos() - System.nanoTime() > 0) {
      return null;
    }
    free--;
    return waiting.removeFirst();
  }

  /**
   * Nanoseconds until the next waiting call may start; negative when overdue, Long.MAX_VALUE when
   * none waits.
   */
  synchronized long untilNext() {
    Planned first = waiting.peekFirst();
    return first == null ? Long.MAX_VALUE : first.notBeforeNanos() - System.nanoTime();
  }

  /** How many more claims could be called at once. */
  synchronized int spare() {
    return free - waiting.size();
  }

  /**
   * How many orders to claim now. While calls are quick, as many more as are under way at most wait
   * for their turn, and claims come in large batches; slow calls are claimed for one by one, so
   * that no claim outlives its time to be sent.
   */
  synchronized int room() {
    if (usualNanos > QUICK_NANOS) {
      return free - waiting.size();
    }
    int room = free - waiting.size() + allowed;
    return room >= allowed / 2 ? room : 0;
  }

  /** Gives back the waiting claims that {@code which} picks; they end as released. */
  void release(Predicate<Claim> which) {
    List<Claim> released = new ArrayList<>();
    synchronized (this) {
      for (Iterator<Planned> each = waiting.iterator(); each.hasNext(); ) {
        Claim claim = each.next().claim();
        if (which.test(claim)) {
          released.add(claim);
          each.remove();
        }
      }
    }
    released.forEach(
        claim ->
            answered.accept(
                new Answered(
                    claim,
                    AttemptResult.released(claim.orderId(), claim.attempt(), claim.token()))));
  }

  private void call(Planned planned) {
    Claim claim = planned.claim();
    ApiRequest request =
        new ApiRequest(
            claim.orderId(),
            keys.of(claim.orderId(), claim.generation()),
            claim.body(),
            () -> maySend.test(planned));
    long startNanos = System.nanoTime();
    api.process(request).thenAccept(answer -> ended(claim, answer, System.nanoTime() - startNanos));
  }

  private void ended(Claim claim, ApiAnswer answer, long tookNanos) {
    Failpoint.WORKER_ANSWERED.reach();
    synchronized (this) {
      free++;
      usualNanos += (tookNanos - usualNanos) / 16;
    }
    lesson.accept(answer);
    answered.accept(new Answered(claim, verdicts.decide(claim, answer)));
    startDue();
  }
}
