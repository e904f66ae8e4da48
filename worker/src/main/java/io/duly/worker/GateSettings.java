package io.duly.worker;

import io.duly.orders.Contract;
import io.duly.orders.Maintenance;
import io.duly.runtime.Settings;
import java.time.Duration;

/**
 * When a worker stops claiming.
 *
 * @param horizon calls that are held back for longer than this keep orders from being claimed
 * @param failuresInRow calls without an answer in a row that count as an outage
 * @param probeInterval wait between the orders that try out whether the API can be used again
 * @param failureWindow results that the limit of failures looks at
 * @param failurePercent most of these that may have failed
 * @param maintenance when the API is not to be called
 * @param longestCall from the claim of an order to the end of its call, at most
 */
record GateSettings(
    Duration horizon,
    int failuresInRow,
    Duration probeInterval,
    int failureWindow,
    int failurePercent,
    Maintenance maintenance,
    Duration longestCall) {
  /** Each unanswered call is an order in doubt unless the API honours the key. */
  private static final int FEW = 5;

  private static final int MANY = 10;

  static GateSettings of(Settings settings) {
    return new GateSettings(
        settings.number("api.rate") == 0 ? Duration.ZERO : Pace.FARTHEST,
        Contract.of(settings.text("api.contract")) == Contract.IDEMPOTENT ? MANY : FEW,
        settings.duration("limits.probe-interval"),
        settings.number("limits.failure-window"),
        settings.number("limits.failure-ratio"),
        Maintenance.of(settings),
        settings.duration("worker.send-window").plus(settings.duration("api.timeout")));
  }
}
