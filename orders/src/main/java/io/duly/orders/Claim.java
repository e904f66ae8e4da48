package io.duly.orders;

import java.util.UUID;

/**
 * An order that a claim has made ours: it may be sent, under this token.
 *
 * @param body the request's JSON body
 */
public record Claim(DueOrder due, int attempt, UUID token, int generation, String body) {
  public String orderId() {
    return due.orderId();
  }
}
