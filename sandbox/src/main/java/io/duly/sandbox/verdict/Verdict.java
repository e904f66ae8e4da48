package io.duly.sandbox.verdict;

import java.util.List;

/**
 * What the witnesses say of a run.
 *
 * @param lost orders with neither a result nor an attempt under way
 * @param stuck orders still PROCESSING
 * @param effects executions in the API's books
 * @param calls requests in the API's books
 * @param resultEvents committed events in the result topic
 * @param confirmed orders whose result the reconciler has seen in the log and in the topic
 * @param lag records that the consumer group has not passed
 * @param violations each a sentence that names the order and what disagrees; at most 20 of a kind,
 *     then how many more there are
 */
public record Verdict(
    long orders,
    long completed,
    long failed,
    long inDoubt,
    long lost,
    long stuck,
    long effects,
    long ordersWithTwoEffects,
    long calls,
    long resultEvents,
    long confirmed,
    long lag,
    List<String> violations) {
  public Verdict {
    violations = List.copyOf(violations);
  }

  /** Orders that were taken out before they were processed: those that no other figure counts. */
  public long cancelled() {
    return orders - completed - failed - inDoubt - lost - stuck;
  }

  /** Whether every promise was kept. */
  public boolean holds() {
    return violations.isEmpty()
        && lost == 0
        && stuck == 0
        && ordersWithTwoEffects == 0
        && lag == 0
        && confirmed == orders - cancelled();
  }
}
