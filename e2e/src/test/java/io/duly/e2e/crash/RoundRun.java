package io.duly.e2e.crash;

import io.duly.e2e.Command;
import io.duly.e2e.SmallSettings;
import io.duly.e2e.Sql;
import io.duly.runtime.Failpoint;
import io.duly.runtime.Parts;
import io.duly.sandbox.Latency;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleOrders;
import io.duly.sandbox.verdict.Case;
import io.duly.sandbox.verdict.Court;
import io.duly.sandbox.verdict.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * One round: a shop of its own, a run over its orders by processes that fail as the cells say
 * beside sound ones, and the verdict. Used by one thread.
 */
final class RoundRun implements AutoCloseable {
  private static final int ORDERS = 240;

  /** A late answer may settle a doubt after the run was closed: then it is still to be told. */
  private static final String UNCONFIRMED =
      "SELECT (count(*) = 0)::int FROM duly.attempt WHERE outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT') AND witness <> 3";

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Site site;
  private final Plan.Round round;
  private final String name;
  private final String url;
  private final Path folder;
  private final Parts parts = new Parts();
  private final List<Member> members = new ArrayList<>();
  private final Map<String, String> settings = new HashMap<>();
  private final Court court;

  /** Prepares the round called {@code name}. */
  RoundRun(Site site, Plan.Round round, String name) {
    this.site = site;
    this.round = round;
    this.name = name;
    this.url = site.newDatabase(name);
    parts.add(() -> site.dropDatabase(name));
    this.folder = site.folder().resolve(name);
    try {
      Files.createDirectories(folder);
      try (Connection connection = DriverManager.getConnection(url)) {
        SampleOrders.createTable(connection, "public.orders");
        SampleOrders.loadTpch(connection, "public.orders", ORDERS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    SampleApi api =
        parts.add(
            SampleApi.start(
                new SampleApiSettings(
                    round.contract(), Latency.parse("40ms"), 0, 0.05, ledger(), 0)));
    settings.putAll(
        SmallSettings.of(name, url, site.bootstrapServers(), round.contract(), api.url()));
    Command.sound("init", settings);
    this.court =
        parts.add(
            Court.open(
                new Case(
                    url,
                    "public.orders",
                    "judge_" + name,
                    new Case.Kafka(site.bootstrapServers(), name + ".due", name + ".results", name),
                    ledger(),
                    round.contract())));
  }

  private Path ledger() {
    return folder.resolve("ledger.jsonl");
  }

  /** Runs it to the end; returns what the judge says. */
  Verdict run() {
    start("reconciler-1", round.of("reconciler-1"));
    start("worker-1", round.of("worker-1"));
    start("worker-2", round.of("worker-2"));
    start("worker-victim", List.of(victim()));
    start("worker-sound", List.of());
    start("ingest-1", round.of("ingest-1"));
    await("workers", "SELECT count(*) FROM duly.worker", 4);
    start("reconciler-2", round.of("reconciler-2"));
    Sql.openRun(url, "matrix");
    await("publisher", "SELECT count(*) FROM duly.run WHERE owner <> ''", 1);
    start("ingest-2", round.of("ingest-2"));
    await("closed run", "SELECT count(*) FROM duly.run WHERE state = 'CLOSED'", 1);
    awaitTheirEnd();
    if (Sql.count(url, "SELECT count(*) FROM orders WHERE status = 'PENDING'") > 0) {
      takeUpTheRest();
    }
    await("confirmation of all results", UNCONFIRMED, 1);
    members.forEach(Member::askToStop);
    members.forEach(Member::close);
    return court.judge();
  }

  private void await(String what, String sql, long wanted) {
    try {
      Awaitility.await(what)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> Sql.count(url, sql) >= wanted);
    } catch (ConditionTimeoutException e) {
      String found =
          what
              + " not seen within "
              + PATIENCE
              + ", logs in "
              + folder
              + ", attempts "
              + standing();
      throw new AssertionError(found, e);
    }
  }

  /**
   * A late answer that an order in doubt was not executed, after its run was closed, leaves it to
   * the next run.
   */
  private void takeUpTheRest() {
    Sql.openRun(url, "rest");
    start("ingest-3", List.of());
    await("closed rest", "SELECT count(*) FROM duly.run WHERE state = 'CLOSED'", 2);
  }

  /** The attempts that are not through: open, or not confirmed by both. */
  private List<String> standing() {
    return Sql.texts(
        url,
        """
        SELECT format('%s/%s by %s %s transition %s witness %s finished %s', order_id, attempt, worker_id, outcome, transition,
          witness, finished_at)
        FROM duly.attempt WHERE finished_at IS NULL OR (witness <> 3 AND outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT'))
        """);
  }

  /** Lets those that stand still wake up and do their worst. */
  private void awaitTheirEnd() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> members.stream().noneMatch(Member::isPaused));
    boolean zombies = round.cells().stream().anyMatch(each -> each.action() == Action.PAUSE);
    if (zombies) {
      Awaitility.await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
    }
  }

  /** Dies with results recorded and not told, so that the reconciler has something to do. */
  private Cell victim() {
    return new Cell(Failpoint.WORKER_COMMITTING, Action.HALT, round.contract());
  }

  private void start(String member, List<Cell> cells) {
    Map<String, String> own = new HashMap<>(settings);
    own.put("worker.id", name + "-" + member);
    String part = member.substring(0, member.indexOf('-'));
    Path log = folder.resolve(member + ".log");
    members.add(parts.add(Member.start(part, log, own, cells, site.databasePort())));
  }

  /** The cells whose failpoint was reached. */
  List<Cell> reached() {
    return members.stream().flatMap(each -> each.reached().stream()).toList();
  }

  @Override
  public String toString() {
    return name + " " + round.contract().toString().toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    parts.close();
  }
}
