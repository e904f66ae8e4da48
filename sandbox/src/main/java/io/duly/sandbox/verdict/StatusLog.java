package io.duly.sandbox.verdict;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Follows the status of each order through the lines of test_decoding. An order is PENDING until it
 * is first updated. Memory: one status an order, and the illegal moves. Not thread-safe.
 */
final class StatusLog {
  private static final String UPDATE = "UPDATE: ";
  private static final String DELETE = "DELETE: ";

  private final String table;
  private final Map<String, Status> last = new HashMap<>();
  private final Set<Move> illegal = new LinkedHashSet<>();
  private long updates;

  /** Follows {@code table}, written as the server quotes it. */
  StatusLog(String table) {
    this.table = "table " + table + ": ";
  }

  /** What the lines begin with that can matter. */
  String prefix() {
    return table;
  }

  /** Takes one line; a line of another table is passed over. */
  void follow(String line) {
    if (line.startsWith(UPDATE, table.length()) && line.startsWith(table)) {
      updated(TupleText.read(line.substring(table.length() + UPDATE.length())));
    } else if (line.startsWith(DELETE, table.length()) && line.startsWith(table)) {
      last.remove(TupleText.read(line.substring(table.length() + DELETE.length())).get("id"));
    }
  }

  private void updated(Map<String, String> row) {
    updates++;
    String order = String.valueOf(row.get("id"));
    Status next = Status.of(row.get("status"));
    Status before = last.put(order, next);
    Status from = before == null ? Status.PENDING : before;
    if (from != next && !from.mayBecome(next)) {
      illegal.add(new Move(order, from, next));
    }
  }

  /** Rows updated, a transaction that was rolled back left out. */
  long updates() {
    return updates;
  }

  LogStory story() {
    return new LogStory(last, illegal);
  }
}
