package io.duly.reconciler;

import io.duly.orders.Run;
import io.duly.orders.Skips;
import io.duly.orders.Strangers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accounts for each order of a run by reading anew what was published for it or decided: each has a
 * result of the run, or a reason to have none, or was lost on the way and is queued again. One
 * thread.
 */
final class Completeness {
  private static final Logger log = LoggerFactory.getLogger(Completeness.class);

  private final RunRecords records;
  private final Skips skips;
  private final Strangers strangers;

  Completeness(RunRecords records, Skips skips, Strangers strangers) {
    this.records = records;
    this.skips = skips;
    this.strangers = strangers;
  }

  /**
   * What was found.
   *
   * @param waiting how many orders wait for a result, queued again where they were lost
   * @param isWhole whether all that was published was there to be looked at
   */
  record Account(int waiting, boolean isWhole) {}

  /**
   * Looks at all orders of {@code run}, of which nothing is under way; empty where it was closed
   * meanwhile.
   */
  Optional<Account> check(Run run) {
    if (!skips.forget(run.id())) {
      return Optional.empty();
    }
    Map<TopicPartition, Long> ends = records.ends(run);
    boolean isWhole = records.areWhole(run, ends);
    int queued = decided(run) + (isWhole ? read(run, ends) : queueByTable(run));
    if (queued > 0) {
      log.warn(
          "Orders of the run were lost on the way, queued again runId={} orders={}",
          run.id(),
          queued);
    }
    return Optional.of(new Account(queued, isWhole));
  }

  private int queueByTable(Run run) {
    log.error(
        "The topic has lost records of the run: what became of its orders is told by the table alone runId={}",
        run.id());
    return run.lastId() == null ? 0 : skips.queueByTable(run, RunRecords.STEP);
  }

  private int read(Run run, Map<TopicPartition, Long> ends) {
    int[] queued = {0};
    records.read(run, ends, ids -> queued[0] += explain(run, ids));
    return queued[0];
  }

  private int decided(Run run) {
    int[] queued = {0};
    skips.forEachDecided(run.id(), RunRecords.STEP, ids -> queued[0] += explain(run, ids));
    return queued[0];
  }

  private int explain(Run run, List<String> ids) {
    int queued = skips.explain(run.id(), ids);
    strangers
        .contradictions(ids)
        .forEach(id -> log.error("Status was changed by somebody else orderId={}", id));
    return queued;
  }
}
