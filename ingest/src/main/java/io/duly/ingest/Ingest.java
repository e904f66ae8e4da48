package io.duly.ingest;

import io.duly.orders.Canaries;
import io.duly.orders.DueTopic;
import io.duly.orders.Lanes;
import io.duly.orders.OrdersTable;
import io.duly.orders.Run;
import io.duly.orders.RunControl;
import io.duly.orders.RunOwnership;
import io.duly.orders.RunTable;
import io.duly.runtime.Database;
import io.duly.runtime.Health;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Loop;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * Publishes runs: reads the pending ids of a run page by page, publishes each page and saves how
 * far it came, so that a crash resumes there. It writes no row of the orders table. Any number of
 * instances may run; a run has one owner at a time. One thread, that of its loop.
 */
public final class Ingest implements Health, AutoCloseable {
  /** What becomes of schedules that earlier settings had and these have not. */
  public enum Others {
    /** They fire only where ingest was started with them. */
    LEFT_OUT,
    /** They fire as before: this instance was started for one run. */
    KEPT
  }

  private static final Duration REST = Duration.ofMillis(500);
  private static final Duration LATELY = Duration.ofSeconds(30);

  /** No statement and no request to a broker takes longer. */
  private static final Duration LONGEST_PASS = Duration.ofMinutes(3);

  private static final String NOW = "SELECT date_trunc('milliseconds', clock_timestamp())";

  private final Parts parts = new Parts();
  private final Settings settings;
  private final Jdbi jdbi;
  private final OrdersTable table;
  private final RunOwnership runs;
  private final Publisher publisher;
  private final Canary canary;
  private final List<Loop> loops;

  private Ingest(Settings settings, Database database, OrdersTable table, Others others) {
    KafkaClients kafka = new KafkaClients(settings);
    String owner = "ingest-" + UUID.randomUUID();
    this.settings = settings;
    this.jdbi = database.jdbi();
    this.table = table;
    this.runs = new RunOwnership(jdbi, table, owner, settings.duration("ingest.patience"));
    Lanes lanes = Lanes.of(settings);
    List<Schedule> schedules = Schedules.of(settings);
    schedules.forEach(each -> lanes.require(each.lane()));
    Scheduler scheduler = Scheduler.start(jdbi, table, schedules, others);
    this.publisher =
        new Publisher(
            new DueTopic(parts.add(kafka.producer(owner)), settings, jdbi, table),
            parts.add(kafka.admin()));
    this.canary = new Canary(new Canaries(jdbi, table), new RunControl(jdbi), settings, owner);
    this.loops =
        List.of(
            parts.add(Loop.start("ingest-canary", REST, canary::judge)),
            parts.add(Loop.start("ingest-schedule", REST, scheduler::once)),
            parts.add(Loop.start("ingest", REST, new Turns(runs, this::begin)::once)));
  }

  /**
   * Starts publishing what there is to publish until closed; throws UserError where a schedule or
   * {@code ingest.after} cannot be used.
   */
  public static Ingest start(
      Settings settings, Database database, OrdersTable table, Others others) {
    checkAfter(settings, database.jdbi(), table);
    return new Ingest(settings, database, table, others);
  }

  /** As above, with others left out. */
  public static Ingest start(Settings settings, Database database, OrdersTable table) {
    return start(settings, database, table, Others.LEFT_OUT);
  }

  /**
   * Opens a run named {@code schedule} in {@code lane} that fires now by the database's clock and
   * takes what {@code filter} takes; returns its fire time.
   */
  public static Instant openRun(Database database, String schedule, String filter, String lane) {
    return database
        .jdbi()
        .inTransaction(
            handle -> {
              Instant now = handle.createQuery(NOW).mapTo(Instant.class).one();
              Run.Selection selection = new Run.Selection(now, filter, lane);
              if (!RunTable.open(handle, schedule, now, selection)) {
                throw new IllegalStateException(
                    "a run of " + schedule + " at " + now + " exists already");
              }
              return now;
            });
  }

  /**
   * Throws UserError where {@code filter} of {@code schedule} cannot be used on the orders table.
   */
  public static void checkFilter(
      Database database, OrdersTable table, String schedule, String filter) {
    Scheduler.checkFilter(database.jdbi(), table, schedule, filter);
  }

  /** How the database finds a page of the orders of a run that fires now, a line a step. */
  public static List<String> plan(Settings settings, Jdbi jdbi, OrdersTable table) {
    Run.Selection now = new Run.Selection(Instant.now(), "", Lanes.MAIN);
    return new DuePages(jdbi, table.within(now), settings.text("ingest.after")).plan();
  }

  private static void checkAfter(Settings settings, Jdbi jdbi, OrdersTable table) {
    String after = settings.text("ingest.after");
    try {
      new DuePages(jdbi, table, after).start();
    } catch (RuntimeException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new UserError(
          "ingest.after cannot be used, '" + after + "' as an id: " + cause.getMessage(), e);
    }
  }

  private Publication begin(Run run) throws Exception {
    DuePages pages =
        new DuePages(jdbi, table.within(run.selection()), settings.text("ingest.after"));
    return Publication.begin(run, runs, pages, publisher, canary, settings.number("ingest.page"));
  }

  @Override
  public List<Throwable> failures() {
    return Loop.failures(loops);
  }

  @Override
  public boolean isAlive() {
    return Loop.areAlive(loops, LONGEST_PASS);
  }

  /** Whether database and brokers have let all of its loops do their work lately. */
  @Override
  public boolean isReady() {
    return isAlive()
        && loops.stream().allMatch(each -> each.sinceLastSuccess().compareTo(LATELY) < 0);
  }

  @Override
  public void close() {
    parts.close();
  }
}
