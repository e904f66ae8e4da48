package io.duly.api;

import java.util.UUID;

/**
 * A question what became of an order.
 *
 * @param key the idempotency key that the order was sent with
 */
public record LookupRequest(String orderId, UUID key) {}
