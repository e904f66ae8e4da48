package io.duly.sandbox;

import java.util.function.LongSupplier;

/**
 * A rate cap without clock-aligned seconds: tokens arrive evenly, and a twentieth of a second's
 * worth may be saved up. Only one thread may use it.
 */
final class TokenBucket {
  private final LongSupplier nanos;
  private final double perNano;
  private final double burst;
  private double tokens;
  private long filledAt;

  /**
   * @param perSecond tokens a second, 0 for no cap
   * @param nanos a monotonic clock
   */
  TokenBucket(int perSecond, LongSupplier nanos) {
    this.nanos = nanos;
    this.perNano = perSecond / 1e9;
    this.burst = perSecond == 0 ? Double.POSITIVE_INFINITY : Math.max(1, perSecond / 20);
    this.tokens = burst;
    this.filledAt = nanos.getAsLong();
  }

  /** Whether there was a token, which is then gone. */
  boolean take() {
    long now = nanos.getAsLong();
    tokens = Math.min(burst, tokens + (now - filledAt) * perNano);
    filledAt = now;
    if (tokens < 1) {
      return false;
    }
    tokens -= 1;
    return true;
  }
}
