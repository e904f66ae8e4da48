package io.duly.api;

import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One order to be executed.
 *
 * @param key the idempotency key
 * @param body JSON
 * @param maySend asked when the first byte is about to be written; where it says no, nothing is
 *     sent
 * @param traceparent the trace of the call, as W3C Trace Context writes it; null where there is
 *     none
 */
public record ApiRequest(
    String orderId, UUID key, String body, BooleanSupplier maySend, @Nullable String traceparent) {
  /** One without a trace. */
  public ApiRequest(String orderId, UUID key, String body, BooleanSupplier maySend) {
    this(orderId, key, body, maySend, null);
  }
}
