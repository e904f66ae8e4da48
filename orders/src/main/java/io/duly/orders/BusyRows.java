package io.duly.orders;

import java.util.Set;

/**
 * Which orders cannot be moved now because others have locked their rows. Nobody waits for a row
 * while others may wait for what he has: an owner's statement would die of the deadlock.
 */
final class BusyRows {
  /**
   * Locks the rows of the orders in {@code held}, whose attempts are locked already, without
   * waiting, before the statement writes anything; {@code busy} are those that are there and could
   * not be locked. What has been deleted since the statement began counts as busy once. Row
   * security may show rows that it lets nobody lock: there none is busy, and an update waits for
   * its rows.
   */
  static final String OF_HELD =
      """
      free AS MATERIALIZED (
        SELECT h.id FROM held h JOIN {orders} o ON o.{id} = h.id ORDER BY o.{id} FOR NO KEY UPDATE OF o SKIP LOCKED
      ), busy AS MATERIALIZED (
        SELECT DISTINCT h.id FROM held h
        WHERE NOT row_security_active('{orders}') AND h.id NOT IN (SELECT f.id FROM free f)
          AND (SELECT true FROM {orders} o WHERE o.{id} = h.id LIMIT 1)
      )""";

  private BusyRows() {}

  /** For a step that is not done before nothing is busy. */
  static void requireNone(Set<String> busy) {
    if (!busy.isEmpty()) {
      throw new IllegalStateException(
          busy.size() + " orders are locked by others and wait for the end of their transactions");
    }
  }
}
