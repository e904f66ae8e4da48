package io.duly.cli;

import io.duly.operations.Installation;
import io.duly.sandbox.verdict.Case;
import io.duly.sandbox.verdict.Court;
import io.duly.sandbox.verdict.Verdict;
import org.jdbi.v3.core.Jdbi;

/** Opens the court before the run and turns its verdict into a result. Used by one thread. */
final class DemoJudge implements AutoCloseable {
  private static final String SLOT = "duly_judge";
  private static final String SECONDS =
      """
      SELECT coalesce(extract(epoch FROM max(a.finished_at) - min(r.opened_at)), 0)
      FROM duly.run r JOIN duly.attempt a ON a.run_id = r.id
      """;

  private final Court court;

  private DemoJudge(Court court) {
    this.court = court;
  }

  static DemoJudge sworn(
      DemoServers servers, DemoOptions options, io.duly.runtime.Settings settings) {
    Case.Kafka kafka =
        new Case.Kafka(
            servers.broker().bootstrapServers(),
            settings.text("topic.due"),
            settings.text("topic.results"),
            settings.text("worker.group"));
    return new DemoJudge(
        Court.open(
            new Case(
                servers.postgres().jdbcUrl(),
                settings.text("orders.table"),
                SLOT,
                kafka,
                servers.ledger(),
                options.contract)));
  }

  /** Judges the run; {@code inFlightAtKill} is -1 where no worker was to be killed. */
  DemoResult judge(Installation installation, int inFlightAtKill) {
    Verdict verdict = court.judge();
    return new DemoResult(verdict, inFlightAtKill, seconds(installation.database().jdbi()));
  }

  private static double seconds(Jdbi jdbi) {
    return jdbi.withHandle(handle -> handle.createQuery(SECONDS).mapTo(Double.class).one());
  }

  @Override
  public void close() {
    court.close();
  }
}
