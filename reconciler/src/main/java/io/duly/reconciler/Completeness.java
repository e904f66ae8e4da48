package io.duly.reconciler;

import io.duly.orders.Run;
import io.duly.orders.Skips;
import io.duly.orders.Strangers;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accounts for each order of a run by reading anew what was published for it or decided: each has a
 * result of the run, or a reason to have none, or was lost on the way or refused by its table once
 * and is queued again. One thread.
 */
final class Completeness {
  private static final Logger log = LoggerFactory.getLogger(Completeness.class);

  private final RunRecords records;
  private final Skips skips;
  private final Strangers strangers;
  private long toldRun = -1;

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
    Look look = new Look(run);
    skips.forEachDecided(run.id(), RunRecords.STEP, look);
    boolean isWhole = isWhole(run);
    if (isWhole) {
      records.read(run, records.ends(run), look);
      isWhole = look.orders >= run.selected(); // another's records may lie where its own were
    }
    int queued = look.queued + (isWhole ? 0 : queueByTable(run));
    if (queued > 0) {
      log.warn(
          "Orders of the run were lost on the way or refused by their table, queued again runId={} orders={}",
          run.id(),
          queued);
    }
    return Optional.of(new Account(queued, isWhole));
  }

  /** Whether the topic still reaches from the beginning of the run's records to their end. */
  boolean isWhole(Run run) {
    return records.areWhole(run, records.ends(run));
  }

  private int queueByTable(Run run) {
    if (run.id() != toldRun) {
      toldRun = run.id();
      log.error(
          "The topic has lost records of the run: what became of its orders is told by the table alone runId={}",
          run.id());
    }
    return run.lastId() == null ? 0 : skips.queueByTable(run, RunRecords.STEP);
  }

  /** Looks at orders of a run, and counts them and those that wait. */
  private final class Look implements Consumer<List<String>> {
    private final Run run;
    private long orders;
    private int queued;

    private Look(Run run) {
      this.run = run;
    }

    @Override
    public void accept(List<String> ids) {
      orders += ids.size();
      queued += explain(run, ids);
    }
  }

  private int explain(Run run, List<String> ids) {
    int queued = skips.explain(run.id(), ids);
    strangers
        .contradictions(ids)
        .forEach(id -> log.error("Status was changed by somebody else orderId={}", id));
    return queued;
  }
}
