package io.duly.runtime;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

/** The settings of the workers and the reconciler. */
final class WorkSettings {
  private WorkSettings() {}

  static void define(Definitions def) {
    worker(def);
    limits(def);
    reconciler(def);
  }

  private static void worker(Definitions def) {
    def.text("worker.group", "duly-workers", MEDIUM, "Consumer group of the workers.");
    def.text(
        "worker.id", "", LOW, "Name of this worker, unique among those alive; empty makes one.");
    def.number(
        "worker.window",
        500,
        1,
        MEDIUM,
        "Orders a worker has claimed and not yet recorded, at most.");
    def.duration(
        "worker.send-window",
        "5s",
        MEDIUM,
        "No request of a claim starts later than this after the claim.");
    def.duration("worker.heartbeat-interval", "1s", LOW, "How often a worker shows that it lives.");
    def.duration(
        "worker.heartbeat-timeout",
        "10s",
        MEDIUM,
        "Without a heartbeat for this long a worker is dead and its orders are moved.");
    def.duration(
        "worker.drain-timeout",
        "20s",
        LOW,
        "How long a stopping worker waits for answers under way.");
    def.number(
        "retry.max-attempts",
        20,
        1,
        MEDIUM,
        "Attempts on one order; then it is left in doubt for an operator.");
    def.duration(
        "retry.max-age",
        "7d",
        MEDIUM,
        "An order is tried again at most this long after its first request; then it is left in doubt for an operator. Bounded by api.key-retention too.");
    def.duration(
        "retry.first-wait",
        "1s",
        LOW,
        "Wait before the second attempt; doubles with each, with jitter.");
    def.duration("retry.max-wait", "5m", LOW, "Longest wait between attempts.");
  }

  private static void limits(Definitions def) {
    def.percent(
        "limits.failure-ratio",
        50,
        100,
        "Calls are paused until `duly resume` when more than this percentage of a worker's last results are FAILED; 100 switches that off.");
    def.number(
        "limits.failure-window", 200, 1, MEDIUM, "Results that limits.failure-ratio looks at.");
    def.duration(
        "limits.probe-interval",
        "30s",
        MEDIUM,
        "While the API refuses every order or does not answer, one order is tried this often.");
  }

  private static void reconciler(Definitions def) {
    def.duration(
        "reconciler.interval",
        "1s",
        LOW,
        "How often the reconciler looks for dead workers, due retries and doubts.");
    def.duration(
        "reconciler.beat-interval",
        "5s",
        LOW,
        "How often the reconciler writes a heartbeat into the write-ahead log. It is ready while they come back, and they let the server drop log that it needs no more.");
    def.number(
        "reconciler.retained-wal-warning",
        1024,
        1,
        MEDIUM,
        "MiB of write-ahead log kept for the reconciler above which it warns.");
    def.duration(
        "reconciler.grace",
        "2m",
        LOW,
        "An attempt whose living worker has not recorded it this long after the last moment of its call is closed.");
    def.number(
        "reconciler.requeues-per-minute",
        100_000,
        1,
        MEDIUM,
        "Orders it moves at most in a minute, against a clock gone mad.");
    def.duration(
        "reconciler.sweep-interval",
        "5m",
        LOW,
        "How often the reconciler walks through the attempts of open runs for results that the write-ahead log did not show; it does so at its start and after each gap in the log as well.");
    def.duration(
        "attempts.retention",
        "400d",
        MEDIUM,
        "Attempts of runs that ended longer ago than this are purged; what is in doubt, or of an order that is not finished, stays. At least api.key-retention. A purged order is refused a new call unless an operator decides on one; its run can no more be verified.");
    def.flag(
        "reconciler.dry-run",
        "Whether the reconciler only logs which orders of lost workers it would move, with the proof of each, and moves none.");
    def.flag(
        "reconciler.retry-not-executed",
        "Whether an order that a lookup proves not executed is tried again without an operator.");
  }
}
