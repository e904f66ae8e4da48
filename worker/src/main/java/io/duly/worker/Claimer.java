package io.duly.worker;

import io.duly.orders.AttemptResult;
import io.duly.orders.Claim;
import io.duly.orders.ClaimedBatch;
import io.duly.orders.Claims;
import io.duly.orders.DueOrder;
import io.duly.orders.Records;
import io.duly.orders.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Semaphore;
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

  private final Intake intake;
  private final Claims claims;
  private final Liveness liveness;
  private final Semaphore window;
  private final Calls calls;
  private final Records records;
  private final Queue<Finished> finished;
  private Map<DueOrder, UUID> unclear = Map.of();
  private @Nullable Gate gate;
  private @Nullable Pace pace;

  Claimer(Underway underway, Claims claims, Records records, Liveness liveness, Calls calls) {
    this.intake = underway.intake();
    this.window = underway.window();
    this.finished = underway.finished();
    this.claims = claims;
    this.records = records;
    this.liveness = liveness;
    this.calls = calls;
  }

  /** Claims only while {@code gate} is open, and at {@code pace} where there is one. */
  Claimer under(Gate gate, @Nullable Pace pace) {
    this.gate = gate;
    this.pace = pace;
    return this;
  }

  /** Claims one batch; returns how many orders it disposed of. */
  int once() {
    if (!unclear.isEmpty()) {
      clear();
    }
    if (gate != null && !gate.isOpen()) {
      return 0;
    }
    int wanted =
        Math.min(Math.min(BATCH, window.availablePermits()), Math.min(intake.size(), calls.room()));
    long notBefore = System.nanoTime();
    if (pace != null) {
      wanted = Math.min(wanted, Math.min(pace.portion(), calls.spare()));
      OptionalLong start = wanted > 0 ? pace.take(wanted) : OptionalLong.empty();
      if (start.isEmpty()) {
        return 0;
      }
      notBefore = start.getAsLong();
    }
    List<DueOrder> due = intake.take(Math.max(0, wanted));
    return due.isEmpty() ? 0 : claim(due, notBefore);
  }

  private int claim(List<DueOrder> due, long notBefore) {
    long claimedNanos = System.nanoTime();
    Map<DueOrder, UUID> tokens = new HashMap<>();
    due.forEach(each -> tokens.put(each, UUID.randomUUID()));
    unclear = tokens; // until the claim has answered
    ClaimedBatch batch = claims.claim(liveness.id(), tokens);
    unclear = Map.of();
    window.acquireUninterruptibly(batch.claims().size());
    calls.add(plan(batch.claims(), claimedNanos, notBefore));
    int locked = dispose(batch.refused());
    return due.size() - locked;
  }

  /**
   * After a claim that failed: gives back what it may have claimed, and starts over with its
   * orders.
   */
  private void clear() {
    List<AttemptResult> claimed = claims.unclear(unclear);
    if (!claimed.isEmpty()) {
      records.record(liveness.id(), claimed);
    }
    intake.add(unclear.keySet());
    unclear = Map.of();
  }

  private List<Planned> plan(List<Claim> claimed, long claimedNanos, long first) {
    List<Planned> planned = new ArrayList<>(claimed.size());
    long interval = pace == null ? 0 : pace.intervalNanos();
    for (int i = 0; i < claimed.size(); i++) {
      planned.add(new Planned(claimed.get(i), claimedNanos, first + i * interval));
    }
    return planned;
  }

  /**
   * Lets the records pass that claimed nothing, except those whose row is locked at the moment;
   * returns the number of these.
   */
  private int dispose(Map<DueOrder, Refusal> refused) {
    List<DueOrder> locked = new ArrayList<>();
    refused.forEach(
        (due, why) -> {
          log.debug("Record claims nothing orderId={} why={}", due.orderId(), why);
          if (why == Refusal.LOCKED) {
            locked.add(due);
          } else {
            finished.add(Finished.passed(due));
          }
        });
    intake.add(locked);
    return locked.size();
  }
}
