package io.duly.reconciler;

import io.duly.orders.Contract;
import io.duly.orders.Rescues;
import io.duly.orders.Rescues.Gone;
import io.duly.orders.WorkerTable;
import io.duly.orders.WorkerTable.Heartbeat;
import io.duly.runtime.Failpoint;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the orders of dead workers, and queues the orders whose retry is due, within a budget. One
 * thread.
 */
final class Rescuer {
  private static final Logger log = LoggerFactory.getLogger(Rescuer.class);
  private static final int STEP = 1_000;
  private static final int SAMPLE = 100;
  private static final Duration NEVER = Duration.ofDays(36_500);

  /**
   * An order that was queued and is still not claimed after this is queued once more: its record
   * may be lost.
   */
  private static final Duration AGAIN = Duration.ofMinutes(10);

  /** What an API that asks to wait gets at most. */
  private static final Duration LONGEST_ASKED = Duration.ofHours(1);

  /** A pass takes no longer where orders are moved one by one. */
  private static final Duration ONE_BY_ONE = Duration.ofMinutes(1);

  private final WorkerTable workers;
  private final Rescues rescues;
  private final DeadProducers producers;
  private final DeadWorkers watch;
  private final ClockWatch clock;
  private final Contract contract;
  private final Duration oldest;
  private final Duration longestRetry;
  private final Budget budget;
  private final boolean isDry;
  private boolean isClockNew = true;
  private List<Gone> reported = List.of();

  Rescuer(
      Settings settings,
      WorkerTable workers,
      Rescues rescues,
      DeadProducers producers,
      ClockWatch clock) {
    this.workers = workers;
    this.rescues = rescues;
    this.producers = producers;
    this.watch = new DeadWorkers(settings.duration("worker.heartbeat-timeout"), System::nanoTime);
    this.contract = Contract.of(settings.text("api.contract"));
    this.oldest =
        settings
            .duration("worker.send-window")
            .plus(settings.duration("api.timeout"))
            .plus(settings.duration("reconciler.grace"));
    this.clock = clock;
    this.longestRetry = longer(settings.duration("retry.max-wait"), LONGEST_ASKED);
    this.isDry = settings.isTrue("reconciler.dry-run");
    this.budget = new Budget(settings.number("reconciler.requeues-per-minute"), System::nanoTime);
  }

  /** One pass; returns how many orders it moved. */
  int once() {
    List<Heartbeat> alive = workers.aliveWhileWritable();
    List<Heartbeat> dead = watch.look(alive);
    if (isDry) {
      return report(dead);
    }
    dead.forEach(each -> bury(each, alive));
    boundRetries();
    int moved = 0;
    for (int allowed = budget.take(STEP); allowed > 0; allowed = budget.take(STEP)) {
      int abandoned = 0;
      int due = 0;
      try {
        abandoned = abandon(allowed);
      } finally {
        due = queueDue(allowed);
        budget.giveBack(allowed - Math.max(abandoned, due));
      }
      moved += abandoned + due;
      if (abandoned < allowed && due < allowed) {
        break;
      }
    }
    return moved;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  /** Retries wait for no instant of a clock that was ahead. */
  private void boundRetries() {
    if (isClockNew) {
      int bound = rescues.boundRetries(longestRetry);
      isClockNew = false;
      if (bound > 0) {
        log.warn("Retries were due later than any is, and come sooner retries={}", bound);
      }
    }
  }

  private int queueDue(int allowed) {
    int due = rescues.queueDue(AGAIN, allowed);
    if (due > 0) {
      Failpoint.RECONCILER_QUEUED.reach();
    }
    return due;
  }

  private int abandon(int allowed) {
    int abandoned = abandonAll(allowed);
    if (abandoned > 0) {
      Failpoint.RECONCILER_ABANDONED.reach();
      log.warn("Attempts closed whose worker is gone attempts={}", abandoned);
    }
    return abandoned;
  }

  /** All at once, or where one of them cannot be moved, each for itself. */
  private int abandonAll(int allowed) {
    try {
      return rescues.abandon(contract, age(), allowed, ActiveReconciler.NAME);
    } catch (RuntimeException e) {
      int abandoned = 0;
      long until = System.nanoTime() + ONE_BY_ONE.toNanos();
      for (Gone each : rescues.abandonable(List.of(), age(), allowed)) {
        if (System.nanoTime() - until < 0) {
          abandoned += abandon(each);
        }
      }
      return abandoned;
    }
  }

  private int abandon(Gone order) {
    try {
      return rescues.abandon(contract, age(), order.orderId(), ActiveReconciler.NAME);
    } catch (RuntimeException e) {
      log.error(
          "Order cannot be moved, which is tried again: see what its table refuses orderId={} proof={}",
          order.orderId(),
          order.proof(),
          e);
      return 0;
    }
  }

  /**
   * The age at which an attempt of a living worker is closed. While the database did not answer the
   * worker could not record either, so only time that was watched without a gap counts, by a clock
   * that went evenly meanwhile.
   */
  private Duration age() {
    isClockNew |= !clock.look();
    boolean isWatched = watch.watchedFor().compareTo(oldest) >= 0;
    return isWatched && clock.evenFor().compareTo(oldest) >= 0 ? oldest : NEVER;
  }

  private void bury(Heartbeat dead, List<Heartbeat> alive) {
    if (workers.bury(dead)) {
      producers.fence(dead, alive);
      log.warn("Worker is dead, its orders are moved worker={}", dead.workerId());
    }
  }

  private int report(List<Heartbeat> dead) {
    List<Gone> movable =
        rescues.abandonable(dead.stream().map(Heartbeat::workerId).toList(), age(), SAMPLE);
    if (!movable.equals(reported)) {
      reported = movable;
      movable.forEach(
          each ->
              log.warn(
                  "Dry run: this order would be moved orderId={} proof={}",
                  each.orderId(),
                  each.proof()));
    }
    return 0;
  }
}
