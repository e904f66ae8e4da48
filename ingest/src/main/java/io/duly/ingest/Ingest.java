package io.duly.ingest;

import io.duly.orders.Lanes;
import io.duly.orders.OrdersTable;
import io.duly.orders.Run;
import io.duly.orders.RunOwnership;
import io.duly.orders.RunTable;
import io.duly.orders.Topics;
import io.duly.runtime.Database;
import io.duly.runtime.Failpoint;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Loop;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes runs: reads the pending ids of a run page by page, publishes each page and saves how
 * far it came, so that a crash resumes there. It writes no row of the orders table. Any number of
 * instances may run; a run has one owner at a time. One thread, that of its loop.
 */
public final class Ingest implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Ingest.class);
  private static final Duration REST = Duration.ofMillis(500);
  private static final String NOW = "SELECT date_trunc('milliseconds', clock_timestamp())";

  private final String owner = "ingest-" + UUID.randomUUID();
  private final RunOwnership runs;
  private final Jdbi jdbi;
  private final OrdersTable table;
  private final Publisher publisher;
  private final Scheduler scheduler;
  private final Admin admin;
  private final Topics topics;
  private final int pageSize;
  private final Parts parts = new Parts();
  private final List<Loop> loops;
  private @Nullable Run current;

  private Ingest(Settings settings, Database database, OrdersTable table) {
    KafkaClients kafka = new KafkaClients(settings);
    this.topics = Topics.of(settings);
    this.pageSize = settings.number("ingest.page");
    this.runs =
        new RunOwnership(database.jdbi(), table, owner, settings.duration("ingest.patience"));
    this.jdbi = database.jdbi();
    this.table = table;
    this.admin = parts.add(kafka.admin());
    Lanes lanes = Lanes.of(settings);
    List<Schedule> schedules = Schedules.of(settings);
    schedules.forEach(each -> lanes.require(each.lane()));
    this.publisher = new Publisher(parts.add(kafka.producer(owner)), topics.due(), lanes);
    this.scheduler = Scheduler.start(jdbi, table, schedules);
    this.loops =
        List.of(
            parts.add(Loop.start("ingest-schedule", REST, scheduler::once)),
            parts.add(Loop.start("ingest", REST, this::once)));
  }

  /** Starts publishing what there is to publish until closed. */
  public static Ingest start(Settings settings, Database database, OrdersTable table) {
    return new Ingest(settings, database, table);
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

  /** Publishes one page of one run; returns how many ids. */
  int once() throws Exception {
    if (current == null) {
      Optional<Run> adopted = runs.adopt();
      if (adopted.isEmpty()) {
        return 0;
      }
      current = adopted.get();
      log.info(
          "Publishing run runId={} schedule={} lane={} fireTime={} after={}",
          current.id(),
          current.schedule(),
          current.selection().lane(),
          current.fireTime(),
          current.lastId());
      Failpoint.INGEST_ADOPTED.reach();
      if (current.startOffsets().isEmpty()) {
        runs.begin(current, EndOffsets.of(admin, topics.due(), publisher.partitions()));
      }
    }
    Run run = current;
    current = null; // taken up again below; after a failure the run is read anew
    List<String> ids =
        new DuePages(jdbi, table.within(run.selection())).after(run.lastId(), pageSize);
    if (ids.isEmpty()) {
      finish(run);
      return 1;
    }
    publisher.publish(run, ids);
    Failpoint.INGEST_PUBLISHED.reach();
    String last = ids.get(ids.size() - 1);
    if (runs.advance(run, last, ids.size())) {
      Failpoint.INGEST_SAVED.reach();
      current = run.advanced(last, ids.size());
    } else {
      runs.letGo(run);
    }
    return ids.size();
  }

  private void finish(Run run) throws Exception {
    List<Long> ends = EndOffsets.of(admin, topics.due(), publisher.partitions());
    Failpoint.INGEST_ENDING.reach();
    if (runs.published(run, ends)) {
      log.info("Run is published runId={} orders={}", run.id(), run.selected());
    } else {
      runs.letGo(run);
    }
  }

  /** The failure that ended its loop, if any; the process should end then. */
  public List<Throwable> failures() {
    return loops.stream().map(Loop::failure).filter(java.util.Objects::nonNull).toList();
  }

  @Override
  public void close() {
    parts.close();
  }
}
