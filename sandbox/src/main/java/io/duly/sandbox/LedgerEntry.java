package io.duly.sandbox;

import java.time.Instant;

/**
 * One line of the sample API's books.
 *
 * @param seq counts the lines from 1, also over restarts
 * @param at ISO-8601 instant with six digits of the second's fraction
 * @param event what happened
 * @param call to which call
 * @param status the HTTP status of an answer or rejection, else 0
 * @param delivery whether the call repeated a known idempotency key
 */
public record LedgerEntry(
    long seq, String at, LedgerEvent event, OrderCall call, int status, Delivery delivery) {
  public Instant instant() {
    return Instant.parse(at);
  }
}
