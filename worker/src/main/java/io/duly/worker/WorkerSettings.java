package io.duly.worker;

import io.duly.orders.Contract;
import io.duly.runtime.Backoff;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.util.UUID;

/**
 * What a worker is told.
 *
 * @param window orders claimed and not yet recorded, at most
 * @param minConcurrency calls under way to which the worker goes down at most
 * @param concurrency calls under way, at most
 * @param rate calls per second over all workers; 0 for no cap
 * @param rateHeadroom percent of the rate that is left unused
 * @param sendWindow no request of a claim starts later than this after the claim
 */
record WorkerSettings(
    String id,
    Contract contract,
    int window,
    int minConcurrency,
    int concurrency,
    int rate,
    int rateHeadroom,
    Duration sendWindow,
    Duration heartbeatInterval,
    Duration heartbeatTimeout,
    Duration drainTimeout,
    Backoff backoff) {
  WorkerSettings {
    if (minConcurrency > concurrency) {
      throw new io.duly.runtime.UserError(
          "api.concurrency-min is "
              + minConcurrency
              + ": it must be at most api.concurrency, "
              + concurrency);
    }
    if (heartbeatInterval.multipliedBy(3).compareTo(heartbeatTimeout) > 0) {
      throw new io.duly.runtime.UserError(
          "worker.heartbeat-timeout is "
              + heartbeatTimeout.toMillis()
              + "ms: it must be at least three times worker.heartbeat-interval, "
              + heartbeatInterval.toMillis()
              + "ms");
    }
  }

  static WorkerSettings of(Settings settings) {
    settings.require("api.contract");
    String id = settings.text("worker.id");
    return new WorkerSettings(
        id.isEmpty() ? "worker-" + UUID.randomUUID().toString().substring(0, 8) : id,
        Contract.of(settings.text("api.contract")),
        settings.number("worker.window"),
        settings.number("api.concurrency-min"),
        settings.number("api.concurrency"),
        settings.number("api.rate"),
        settings.number("api.rate-headroom"),
        settings.duration("worker.send-window"),
        settings.duration("worker.heartbeat-interval"),
        settings.duration("worker.heartbeat-timeout"),
        settings.duration("worker.drain-timeout"),
        new Backoff(settings.duration("retry.first-wait"), settings.duration("retry.max-wait")));
  }

  /** Calls per second over all workers, the headroom taken off; 0 for no cap. */
  double pacedRate() {
    return rate * (100 - rateHeadroom) / 100.0;
  }
}
