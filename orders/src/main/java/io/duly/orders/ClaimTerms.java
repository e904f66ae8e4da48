package io.duly.orders;

import io.duly.runtime.Settings;
import java.time.Duration;

/**
 * Under which terms an order may be claimed again.
 *
 * @param keyValid how long after its first call an order may be sent again under the same key
 * @param maxAttempts attempts on one order
 * @param maxAge how long after its first call an order may be sent again at all
 * @param template what makes the request of the order's columns; with them it must stay the same
 */
public record ClaimTerms(
    Contract contract, Duration keyValid, int maxAttempts, Duration maxAge, String template) {
  private static final Duration WEEK = Duration.ofDays(7);

  public ClaimTerms {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts=" + maxAttempts + " must be at least 1");
    }
  }

  /** Terms under which the order's columns may be sent again for a week. */
  public ClaimTerms(Contract contract, Duration keyValid, int maxAttempts) {
    this(contract, keyValid, maxAttempts, WEEK, "");
  }

  /**
   * The terms that the settings give; the key counts as valid for eleven twelfths of its retention.
   */
  public static ClaimTerms of(Settings settings) {
    settings.require("api.contract");
    return new ClaimTerms(
        Contract.of(settings.text("api.contract")),
        settings.duration("api.key-retention").multipliedBy(11).dividedBy(12),
        settings.number("retry.max-attempts"),
        settings.duration("retry.max-age"),
        settings.text("api.body"));
  }
}
