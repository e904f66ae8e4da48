package io.duly.worker;

import io.duly.orders.DueOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Orders that were read from the topic and wait to be claimed. The lock keeps reader and claimer
 * apart. Thread-safe.
 */
final class Intake {
  private final Deque<DueOrder> waiting = new ArrayDeque<>();

  synchronized void add(Collection<DueOrder> orders) {
    waiting.addAll(orders);
  }

  /** Takes up to {@code limit} orders, those read first first. */
  synchronized List<DueOrder> take(int limit) {
    List<DueOrder> taken = new ArrayList<>(Math.min(limit, waiting.size()));
    while (taken.size() < limit && !waiting.isEmpty()) {
      taken.add(waiting.removeFirst());
    }
    return taken;
  }

  /** Removes and returns the orders of {@code partitions}. */
  synchronized List<DueOrder> discard(Set<Integer> partitions) {
    List<DueOrder> discarded = new ArrayList<>();
    for (Iterator<DueOrder> each = waiting.iterator(); each.hasNext(); ) {
      DueOrder due = each.next();
      if (partitions.contains(due.partition())) {
        discarded.add(due);
        each.remove();
      }
    }
    return discarded;
  }

  synchronized int size() {
    return waiting.size();
  }
}
