package io.duly.worker;

import io.duly.orders.DueOrder;
import io.duly.orders.Lanes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Orders that were read from the topic and wait to be claimed, a queue for each lane; the lanes
 * take turns, so that no order waits behind those of another lane. The lock keeps reader and
 * claimer apart. Thread-safe.
 */
final class Intake {
  private final Lanes lanes;
  private final Map<String, Deque<DueOrder>> waiting = new LinkedHashMap<>();
  private final Deque<String> turns = new ArrayDeque<>();

  Intake(Lanes lanes) {
    this.lanes = lanes;
    lanes.names().forEach(lane -> waiting.put(lane, new ArrayDeque<>()));
    turns.addAll(lanes.names());
  }

  synchronized void add(Collection<DueOrder> orders) {
    orders.forEach(each -> queue(lanes.of(each.partition())).add(each));
  }

  private Deque<DueOrder> queue(String lane) {
    return waiting.computeIfAbsent(lane, none -> new ArrayDeque<>());
  }

  /** Takes up to {@code limit} orders, of each lane in turn one, in a lane those read first. */
  synchronized List<DueOrder> take(int limit) {
    int count = Math.min(limit, size());
    List<DueOrder> taken = new ArrayList<>(Math.max(0, count));
    while (taken.size() < count) {
      DueOrder next = queue(nextInTurn()).poll();
      if (next != null) {
        taken.add(next);
      }
    }
    return taken;
  }

  private String nextInTurn() {
    String lane = turns.remove();
    turns.add(lane);
    return lane;
  }

  /** Takes up to {@code limit} orders of {@code lane}, those read first first. */
  synchronized List<DueOrder> take(String lane, int limit) {
    Deque<DueOrder> queue = queue(lane);
    List<DueOrder> taken = new ArrayList<>();
    while (taken.size() < limit && !queue.isEmpty()) {
      taken.add(queue.remove());
    }
    if (!taken.isEmpty() && turns.remove(lane)) {
      turns.add(lane);
    }
    return taken;
  }

  /** The lanes, that which was served least recently first. */
  synchronized List<String> turns() {
    return List.copyOf(turns);
  }

  /** Whether {@code order} is of {@code lane}. */
  boolean isOf(String lane, DueOrder order) {
    return lanes.of(order.partition()).equals(lane);
  }

  /** Removes and returns the orders of {@code partitions}. */
  synchronized List<DueOrder> discard(Set<Integer> partitions) {
    List<DueOrder> discarded = new ArrayList<>();
    for (Deque<DueOrder> queue : waiting.values()) {
      for (Iterator<DueOrder> each = queue.iterator(); each.hasNext(); ) {
        DueOrder due = each.next();
        if (partitions.contains(due.partition())) {
          discarded.add(due);
          each.remove();
        }
      }
    }
    return discarded;
  }

  synchronized int size() {
    return waiting.values().stream().mapToInt(Deque::size).sum();
  }

  synchronized int size(String lane) {
    return queue(lane).size();
  }
}
