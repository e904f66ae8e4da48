package io.duly.reconciler;

import io.duly.orders.FeedTable;
import io.duly.orders.SlotState;
import java.util.Optional;

/**
 * What the database shows of the change feed's footing at one moment.
 *
 * @param tableFault what is wrong with the orders table
 * @param slot our slot
 * @param saved how far we have confirmed; read after the slot, which it leads
 * @param hasAttempts whether there is anything that could have been missed
 * @param publication what is there and what the table bears
 * @param database the one that we are connected to
 */
record FeedFacts(
    Optional<String> tableFault,
    Optional<SlotState> slot,
    Optional<FeedTable.Position> saved,
    Published publication,
    String database,
    boolean hasAttempts) {
  /** The publication: as it is found, and as it has to be. */
  record Published(Optional<String> found, String wanted) {}
}
