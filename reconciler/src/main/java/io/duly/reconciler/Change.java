package io.duly.reconciler;

import io.duly.orders.LogBeat;
import io.duly.orders.LogMessage;
import java.time.Instant;

/**
 * What the write-ahead log shows, in the order of the commits; the changes of one transaction stand
 * together.
 */
sealed interface Change {
  /** The transaction it belongs to. */
  long transaction();

  /** A row of the orders table was updated and now has that status. */
  record Row(long transaction, String orderId, String status, Instant at) implements Change {
    /** In which transaction and when the row was changed. */
    String seen() {
      return "in transaction " + transaction + " at " + at;
    }
  }

  /** Duly says what the rows before it in the same transaction mean. */
  record Said(long transaction, LogMessage message) implements Change {}

  /** A reconciler shows that the log comes through. */
  record Beat(long transaction, LogBeat beat) implements Change {}
}
