package io.duly.sandbox.verdict;

import io.duly.sandbox.LedgerEntry;

/**
 * What the API's ledger says of an order.
 *
 * @param received calls that were not rejected
 * @param effects executions
 * @param open calls that have not ended yet
 * @param declined calls that ended in a refusal to execute, which is an answer too
 * @param unproven calls received while an earlier one was under way, or had been executed or
 *     declined; no lookup can have shown that the earlier one was not
 */
record Calls(int received, int effects, int open, int declined, int unproven) {
  static final Calls NONE = new Calls(0, 0, 0, 0, 0);
  private static final int PAYMENT_REQUIRED = 402;

  /** The same, with one more line of the ledger. */
  Calls and(LedgerEntry entry) {
    return switch (entry.event()) {
      case RECEIVED -> {
        int more = open + effects + declined > 0 ? 1 : 0;
        yield new Calls(received + 1, effects, open + 1, declined, unproven + more);
      }
      case EFFECT -> new Calls(received, effects + 1, open, declined, unproven);
      case ANSWERED, ABANDONED -> {
        int more = entry.status() == PAYMENT_REQUIRED ? 1 : 0;
        yield new Calls(received, effects, open - 1, declined + more, unproven);
      }
      case REJECTED -> this;
    };
  }
}
