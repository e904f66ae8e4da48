package io.duly.worker;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells orders that the API turns away each for its own fault from settings under which it turns
 * everybody away: by how many different ones it turned away in a row. One that was turned away
 * while others were accepted is at fault itself, and not counted again. Thread-safe.
 */
final class Suspects {
  /** Different orders in a row that are too many to be at fault each by itself. */
  static final int MOST = 3;

  /** Orders that are remembered; a forgotten one is merely counted anew. */
  private static final int REMEMBERED = 1_000;

  private final Set<String> row = new LinkedHashSet<>();
  private final Set<String> alone =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });

  /** An order was turned away; returns whether there are too many now. */
  synchronized boolean areTooManyWith(String orderId) {
    if (alone.contains(orderId)) {
      return false;
    }
    if (row.size() < REMEMBERED) {
      row.add(orderId);
    }
    return row.size() >= MOST;
  }

  /** An order was accepted: those that were turned away are at fault themselves. */
  synchronized void accepted() {
    alone.addAll(row);
    row.clear();
  }

  /** The settings may have been mended: nothing is known of those that were turned away. */
  synchronized void forget() {
    row.clear();
  }
}
