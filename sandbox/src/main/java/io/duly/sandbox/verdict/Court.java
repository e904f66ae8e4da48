package io.duly.sandbox.verdict;

import java.sql.SQLException;

/**
 * Opened before a run, so that its slot sees all of it; hears the witnesses after it. Used by one
 * thread.
 */
public final class Court implements AutoCloseable {
  private final Case facts;
  private final LogWitness log;

  private Court(Case facts, LogWitness log) {
    this.facts = facts;
    this.log = log;
  }

  /**
   * Opens the judge's own replication slot. All orders in the table have to be PENDING.
   *
   * @throws IllegalStateException if the slot cannot be made, or another court uses it
   */
  public static Court open(Case facts) {
    try {
      return new Court(facts, LogWitness.open(facts.jdbcUrl(), facts.table(), facts.slot()));
    } catch (SQLException e) {
      throw new IllegalStateException("the judge's slot " + facts.slot() + " cannot be made", e);
    }
  }

  /**
   * Hears the four witnesses and judges; again later, of all that has happened since {@link #open}.
   * Nobody may be working on the orders meanwhile.
   *
   * @throws IllegalStateException if a witness cannot be heard
   * @throws java.io.UncheckedIOException if the ledger cannot be read
   */
  public Verdict judge() {
    try {
      return Judge.judge(
          new Testimony(
              facts.contract(),
              TableWitness.statuses(facts.jdbcUrl(), facts.table()),
              TopicWitness.read(facts.kafka()),
              log.read(),
              LedgerWitness.read(facts.ledger()),
              new Testimony.Sums(
                  TableWitness.confirmed(facts.jdbcUrl()), Lag.read(facts.kafka()))));
    } catch (SQLException e) {
      throw new IllegalStateException("a witness cannot be heard", e);
    }
  }

  /** Drops the slot. */
  @Override
  public void close() {
    try {
      log.drop();
    } catch (SQLException e) {
      throw new IllegalStateException("the judge's slot cannot be dropped", e);
    }
  }
}
