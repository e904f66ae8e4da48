package io.duly.sandbox;

import java.util.List;
import java.util.Map;

/**
 * What the sample API's books say in sum.
 *
 * @param requests POSTs received, without those rejected
 * @param effects executions
 * @param rejected POSTs refused at the door: above the rate cap or malformed
 * @param effectsByOrder executions of each order that has any
 * @param callsByOrder POSTs received for each order
 * @param unansweredByWorker orders with a call that was neither answered nor abandoned, oldest
 *     first, by the caller's User-Agent
 */
public record LedgerSummary(
    long requests,
    long effects,
    long rejected,
    Map<String, Integer> effectsByOrder,
    Map<String, Integer> callsByOrder,
    Map<String, List<String>> unansweredByWorker) {
  /** How many orders were executed twice or more. */
  public long ordersWithTwoEffects() {
    return effectsByOrder.values().stream().filter(count -> count > 1).count();
  }

  /** Orders that the worker called for and has no answer to; empty if there are none. */
  public List<String> unansweredFrom(String worker) {
    return unansweredByWorker.getOrDefault(worker, List.of());
  }
}
