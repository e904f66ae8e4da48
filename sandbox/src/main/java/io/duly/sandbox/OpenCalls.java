package io.duly.sandbox;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The calls that were received and neither answered nor abandoned, folded from the ledger's entries
 * in their order. Holds only the open ones.
 */
final class OpenCalls {
  private final Map<String, Map<OrderCall, Integer>> byWorker = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  void apply(LedgerEntry entry) {
    switch (entry.event()) {
      case RECEIVED -> add(entry.call(), 1);
      case ANSWERED, ABANDONED -> add(entry.call(), -1);
      case EFFECT, REJECTED -> {}
    }
  }

  private void add(OrderCall call, int step) {
    counts.merge(call.worker(), step, Integer::sum);
    Map<OrderCall, Integer> calls =
        byWorker.computeIfAbsent(call.worker(), worker -> new LinkedHashMap<>());
    calls.merge(call, step, (before, by) -> before + by == 0 ? null : before + by);
  }

  int of(String worker) {
    return counts.getOrDefault(worker, 0);
  }

  List<String> ordersOf(String worker) {
    return byWorker.getOrDefault(worker, Map.of()).keySet().stream().map(OrderCall::order).toList();
  }

  /** Each open call, as often as it is open. */
  List<OrderCall> all() {
    List<OrderCall> all = new ArrayList<>();
    for (Map<OrderCall, Integer> calls : byWorker.values()) {
      calls.forEach((call, times) -> all.addAll(Collections.nCopies(times, call)));
    }
    return all;
  }

  /** The orders with an open call, by worker; only workers that have one. */
  Map<String, List<String>> orders() {
    Map<String, List<String>> orders = new HashMap<>();
    for (String worker : byWorker.keySet()) {
      if (!ordersOf(worker).isEmpty()) {
        orders.put(worker, ordersOf(worker));
      }
    }
    return orders;
  }
}
