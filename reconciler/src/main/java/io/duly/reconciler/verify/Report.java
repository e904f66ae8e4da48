package io.duly.reconciler.verify;

import java.util.List;
import java.util.SortedMap;

/**
 * What was found about a run.
 *
 * @param runId its number
 * @param orders how many orders it has, by the topic and the attempts
 * @param completed orders whose last result of the run is COMPLETED; so the next two
 * @param without orders that are listed without a result, or counted as unclaimed by a cancelled
 *     run
 * @param callsPerOrder how many orders were called how often, by the attempts
 * @param effectsPerOrder how many orders have how many effects, by the ledger; empty without one
 * @param findings the checks that fail
 */
public record Report(
    long runId,
    long orders,
    long completed,
    long failed,
    long inDoubt,
    long without,
    SortedMap<Long, Long> callsPerOrder,
    SortedMap<Long, Long> effectsPerOrder,
    List<Finding> findings) {
  public Report {
    findings = List.copyOf(findings);
  }

  /** Whether all that was asked agrees. */
  public boolean agrees() {
    return findings.isEmpty();
  }
}
