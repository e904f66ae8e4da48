package io.duly.worker;

import io.duly.orders.Claim;

/**
 * A claim whose call is to come. All instants but the moment of the claim are of System.nanoTime().
 *
 * @param notBeforeNanos the earliest instant of its call
 * @param untilNanos the latest, where its call needs a permit; Long.MAX_VALUE where it needs none
 * @param calls requests sent for it already
 */
record Planned(Claim claim, Moment claimed, long notBeforeNanos, long untilNanos, int calls) {
  Planned(Claim claim, Moment claimed, long notBeforeNanos) {
    this(claim, claimed, notBeforeNanos, Long.MAX_VALUE, 0);
  }

  long claimedNanos() {
    return claimed.nanos();
  }

  private boolean needsPermit() {
    return untilNanos != Long.MAX_VALUE;
  }

  /** Whether its call may start at {@code now} no more, for want of a permit. */
  boolean hasExpired(long now) {
    return needsPermit() && now - untilNanos > 0;
  }

  /** The same claim under a permit for the time from {@code first} to {@code last}. */
  Planned permitted(long first, long last) {
    return new Planned(claim, claimed, first, last, calls);
  }

  /**
   * The same claim after a request that executed nothing, not to be sent before {@code instant}.
   */
  Planned again(long instant, int sent) {
    return new Planned(
        claim, claimed, instant, needsPermit() ? instant - 1 : untilNanos, calls + sent);
  }
}
