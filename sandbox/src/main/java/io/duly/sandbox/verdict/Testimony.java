package io.duly.sandbox.verdict;

import io.duly.sandbox.SampleContract;
import java.util.Map;

/**
 * What the witnesses said.
 *
 * @param statuses the table: status by order
 * @param topic the result topic
 * @param log the write-ahead log
 * @param ledger the API's ledger: calls by order
 * @param sums what Duly and its consumer group say of themselves
 */
record Testimony(
    SampleContract contract,
    Map<String, Status> statuses,
    TopicStory topic,
    LogStory log,
    Map<String, Calls> ledger,
    Sums sums) {
  /**
   * Figures that no single order can be asked for.
   *
   * @param confirmed orders whose result the reconciler has seen in the log and in the topic
   * @param lag records that the consumer group has not passed
   */
  record Sums(long confirmed, long lag) {}
}
