package io.duly.worker;

import io.duly.orders.AttemptResult;
import io.duly.orders.Claim;

/** A claim and how its attempt ended, to be recorded. */
record Answered(Claim claim, AttemptResult result) {
  /** A claim that is given back unsent. */
  static Answered released(Claim claim) {
    return new Answered(
        claim, AttemptResult.released(claim.orderId(), claim.attempt(), claim.token()));
  }
}
