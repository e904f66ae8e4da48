package io.duly.sandbox.verdict;

import io.duly.sandbox.LedgerReader;
import io.duly.sandbox.LedgerSummary;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Opened before a run, so that its slot sees all of it; hears the witnesses after it. Used by one
 * thread.
 */
public final class Court implements AutoCloseable {
  private final Case facts;

  private Court(Case facts) {
    this.facts = facts;
  }

  /** Opens the judge's own replication slot. */
  public static Court open(Case facts) {
    try {
      LogWitness.open(facts.jdbcUrl(), facts.slot());
      return new Court(facts);
    } catch (SQLException e) {
      throw new IllegalStateException("the judge's slot " + facts.slot() + " cannot be made", e);
    }
  }

  /** Hears the four witnesses and judges. Nothing may be running any more but the servers. */
  public Verdict judge() {
    try {
      LogWitness log = new LogWitness(facts.table());
      log.read(facts.jdbcUrl(), facts.slot());
      LedgerSummary ledger = LedgerReader.read(facts.ledger());
      List<Told> told = TopicWitness.read(facts.kafka());
      Map<String, String> statuses = TableWitness.statuses(facts);
      Testimony said =
          new Testimony(
              facts.contract(),
              statuses,
              told,
              log.last(),
              ledger.callsByOrder(),
              ledger.effectsByOrder());
      List<String> violations = new ArrayList<>(new Judge(said).violations());
      log.violations().stream().limit(20).forEach(violations::add);
      return verdict(said, ledger, violations);
    } catch (SQLException e) {
      throw new IllegalStateException("a witness cannot be heard", e);
    }
  }

  private Verdict verdict(Testimony said, LedgerSummary ledger, List<String> violations)
      throws SQLException {
    long settled =
        count(said, "COMPLETED")
            + count(said, "FAILED")
            + count(said, "IN_DOUBT")
            + count(said, "CANCELLED");
    long confirmed = TableWitness.confirmed(facts);
    if (confirmed != settled - count(said, "CANCELLED")) {
      violations.add(
          confirmed
              + " results are confirmed, "
              + (settled - count(said, "CANCELLED"))
              + " orders have one");
    }
    return new Verdict(
        said.statuses().size(),
        count(said, "COMPLETED"),
        count(said, "FAILED"),
        count(said, "IN_DOUBT"),
        said.statuses().size() - settled - count(said, "PROCESSING"),
        count(said, "PROCESSING"),
        ledger.effects(),
        ledger.ordersWithTwoEffects(),
        ledger.requests(),
        said.told().size(),
        confirmed,
        Lag.read(facts.kafka()),
        violations);
  }

  private static long count(Testimony said, String status) {
    return said.statuses().values().stream().filter(status::equals).count();
  }

  /** Drops the slot. */
  @Override
  public void close() {
    try {
      LogWitness.drop(facts.jdbcUrl(), facts.slot());
    } catch (SQLException e) {
      throw new IllegalStateException("the judge's slot cannot be dropped", e);
    }
  }
}
