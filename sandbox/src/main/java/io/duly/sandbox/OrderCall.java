package io.duly.sandbox;

/**
 * Who called for what.
 *
 * @param order the order's id, empty in a malformed call
 * @param key the idempotency key, empty if there was none
 * @param worker the caller's User-Agent, empty if there was none
 * @param body fingerprint of the request's bytes, in hexadecimal
 */
public record OrderCall(String order, String key, String worker, String body) {}
