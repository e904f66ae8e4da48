package io.duly.api;

import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * One order to be executed.
 *
 * @param key the idempotency key
 * @param body JSON
 * @param maySend asked when the first byte is about to be written; where it says no, nothing is
 *     sent
 */
public record ApiRequest(String orderId, UUID key, String body, BooleanSupplier maySend) {}
