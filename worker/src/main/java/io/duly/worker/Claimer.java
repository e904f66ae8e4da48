package io.duly.worker;

import io.duly.orders.Claim;
import io.duly.orders.ClaimedBatch;
import io.duly.orders.DueOrder;
import io.duly.orders.Refusal;
import io.duly.runtime.Failpoint;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims waiting orders as fast as the window, the gate and the pace allow, and hands them to the
 * calls. One thread.
 */
final class Claimer {
  private static final Logger log = LoggerFactory.getLogger(Claimer.class);
  private static final int BATCH = 500;

  /** How long to wait for a database that is not trusted yet, before asking again. */
  private static final long FREEZE_NANOS = Duration.ofMillis(500).toNanos();

  private final Intake intake;
  private final Claiming claiming;
  private final Unclear unclear;
  private final Liveness liveness;
  private final Semaphore window;
  private final Calls calls;
  private final Queue<Finished> finished;
  private long frozenNanos = System.nanoTime() - FREEZE_NANOS;
  private @Nullable Intents intents;
  private @Nullable Gate gate;
  private @Nullable Pace pace;
  private @Nullable Quota quota;

  Claimer(Underway underway, Claiming claiming, Unclear unclear, Liveness liveness, Calls calls) {
    this.intake = underway.intake();
    this.window = underway.window();
    this.finished = underway.finished();
    this.claiming = claiming;
    this.unclear = unclear;
    this.liveness = liveness;
    this.calls = calls;
  }

  /** Claims only while {@code gate} is open, and at {@code pace} where there is one. */
  Claimer under(Gate gate, @Nullable Pace pace) {
    this.gate = gate;
    this.pace = pace;
    return this;
  }

  /** Sends nothing before {@code intents} has announced it; null where nothing need be. */
  Claimer after(@Nullable Intents intents) {
    this.intents = intents;
    return this;
  }

  /** Claims no more on a day than {@code quota} has, where there is one. */
  Claimer within(@Nullable Quota quota) {
    this.quota = quota;
    return this;
  }

  /** Claims one batch; returns how many orders it disposed of. */
  int once() {
    startOver(unclear.settle(liveness.id()));
    if (isFrozen()) {
      return 0;
    }
    int wanted = Math.min(Math.min(BATCH, window.availablePermits()), intake.size());
    if (gate != null && wanted + calls.unpermitted(any -> true) > 0) {
      wanted = Math.min(wanted, gate.allows(calls.isIdle()));
    }
    if (pace != null) {
      return paced(pace, wanted);
    }
    int room = Math.max(0, Math.min(wanted, calls.room()));
    return claim(drawn(room, intake::take), null);
  }

  private void startOver(List<DueOrder> cleared) {
    if (quota != null) {
      quota.giveBack(cleared.size());
    }
    intake.add(cleared);
  }

  private boolean isFrozen() {
    return System.nanoTime() - frozenNanos < FREEZE_NANOS;
  }

  private void freeze() {
    log.warn("The database was restarted: nothing is claimed until the reconciler has checked it");
    frozenNanos = System.nanoTime();
  }

  /** Orders of the first lane that gets permits, that which was served least recently first. */
  private int paced(Pace pace, int wanted) {
    int fresh = Math.max(0, Math.min(wanted, calls.ahead()));
    for (String lane : intake.turns()) {
      int disposed = paced(pace, lane, fresh);
      if (disposed > 0) {
        return disposed;
      }
    }
    return 0;
  }

  /** As many orders as there are permits, once calls whose permit expired have new ones. */
  private int paced(Pace pace, String lane, int fresh) {
    Predicate<Claim> ofLane = claim -> intake.isOf(lane, claim.due());
    int expired = calls.unpermitted(ofLane);
    int waiting = intake.size(lane);
    int count = Math.min(pace.portion(), expired + Math.min(fresh, waiting));
    Optional<Slots> slots =
        count == 0 ? Optional.empty() : pace.take(lane, count, expired + waiting - count);
    if (slots.isEmpty()) {
      return 0;
    }
    List<Planned> again = calls.takeUnpermitted(count, ofLane);
    calls.add(slots.get().grant(again));
    List<DueOrder> due = drawn(count - again.size(), left -> intake.take(lane, left));
    return claim(due, slots.get()) + again.size();
  }

  /** What {@code take} gives of up to {@code count} orders, no more than the quota has. */
  private List<DueOrder> drawn(int count, IntFunction<List<DueOrder>> take) {
    if (quota == null) {
      return take.apply(count);
    }
    int calls = quota.draw(count);
    List<DueOrder> due = take.apply(calls);
    quota.giveBack(calls - due.size());
    return due;
  }

  private int claim(List<DueOrder> due, @Nullable Slots slots) {
    if (due.isEmpty()) {
      return 0;
    }
    Moment claimed = liveness.now();
    Map<DueOrder, UUID> tokens = new HashMap<>();
    due.forEach(each -> tokens.put(each, UUID.randomUUID()));
    unclear.add(tokens); // until they may be sent
    String worker = liveness.id();
    Failpoint.WORKER_CLAIMING.reach();
    ClaimedBatch batch = claiming.claim(worker, tokens);
    Failpoint.WORKER_CLAIMED.reach();
    if (intents != null) {
      intents.announce(worker, batch);
      Failpoint.WORKER_ANNOUNCED.reach();
    }
    unclear.remove(due);
    count(batch);
    window.acquireUninterruptibly(batch.claims().size());
    if (quota != null) {
      quota.giveBack(due.size() - batch.claims().size());
    }
    List<Planned> planned =
        batch.claims().stream().map(each -> new Planned(each, claimed, claimed.nanos())).toList();
    calls.add(slots == null ? planned : slots.grant(planned));
    int waiting = dispose(batch.refused());
    return due.size() - waiting;
  }

  private static void count(ClaimedBatch batch) {
    Metrics.counter("duly.claims", "verdict", "CLAIMED").increment(batch.claims().size());
    batch
        .refused()
        .values()
        .forEach(each -> Metrics.counter("duly.claims", "verdict", each.name()).increment());
  }

  /**
   * Lets the records pass that claimed nothing, except those that wait for a lock or for the
   * database to be trusted; returns the number of these.
   */
  private int dispose(Map<DueOrder, Refusal> refused) {
    List<DueOrder> waiting = new ArrayList<>();
    refused.forEach(
        (due, why) -> {
          log.debug("Record claims nothing orderId={} why={}", due.orderId(), why);
          if (why.waits()) {
            waiting.add(due);
          } else {
            finished.add(Finished.passed(due));
          }
        });
    intake.add(waiting);
    if (refused.containsValue(Refusal.NOT_TRUSTED)) {
      freeze();
    }
    return waiting.size();
  }
}
