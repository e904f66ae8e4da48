package io.duly.reconciler;

import io.duly.orders.Contract;
import io.duly.orders.Rescues;
import io.duly.orders.WorkerTable;
import io.duly.orders.WorkerTable.Heartbeat;
import io.duly.runtime.Failpoint;
import io.duly.runtime.Settings;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the orders of dead workers, and queues the orders whose retry is due, within a budget. One
 * thread.
 */
final class Rescuer {
  private static final Logger log = LoggerFactory.getLogger(Rescuer.class);
  private static final int STEP = 1_000;

  /**
   * An order that was queued and is still not claimed after this is queued once more: its record
   * may be lost.
   */
  private static final Duration AGAIN = Duration.ofMinutes(10);

  private final WorkerTable workers;
  private final Rescues rescues;
  private final DeadWorkers watch;
  private final Contract contract;
  private final Duration oldest;
  private final String name;
  private final Budget budget;

  Rescuer(Settings settings, WorkerTable workers, Rescues rescues, String name) {
    this.workers = workers;
    this.rescues = rescues;
    this.watch = new DeadWorkers(settings.duration("worker.heartbeat-timeout"), System::nanoTime);
    this.contract = Contract.of(settings.text("api.contract"));
    this.oldest =
        settings
            .duration("worker.send-window")
            .plus(settings.duration("api.timeout"))
            .plus(settings.duration("reconciler.grace"));
    this.name = name;
    this.budget = new Budget(settings.number("reconciler.requeues-per-minute"), System::nanoTime);
  }

  /** One pass; returns how many orders it moved. */
  int once() {
    for (Heartbeat dead : watch.look(workers.alive())) {
      if (workers.bury(dead)) {
        log.warn("Worker is dead, its orders are moved worker={}", dead.workerId());
      }
    }
    int moved = 0;
    for (int allowed = budget.take(STEP); allowed > 0; allowed = budget.take(STEP)) {
      int abandoned = rescues.abandon(contract, oldest, allowed, name);
      if (abandoned > 0) {
        Failpoint.RECONCILER_ABANDONED.reach();
      }
      int due = rescues.queueDue(AGAIN, allowed);
      if (due > 0) {
        Failpoint.RECONCILER_QUEUED.reach();
      }
      moved += abandoned + due;
      budget.giveBack(allowed - Math.max(abandoned, due));
      if (abandoned > 0) {
        log.warn("Attempts closed whose worker is gone attempts={}", abandoned);
      }
      if (abandoned < allowed && due < allowed) {
        break;
      }
    }
    return moved;
  }
}
