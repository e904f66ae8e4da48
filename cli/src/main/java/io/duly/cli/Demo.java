package io.duly.cli;

import io.duly.console.Console;
import io.duly.ingest.Ingest;
import io.duly.operations.Installation;
import io.duly.orders.Lanes;
import io.duly.orders.Run;
import io.duly.orders.RunTable;
import io.duly.orders.RunTotals;
import io.duly.runtime.Database;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import io.duly.runtime.Stop;
import io.duly.runtime.UserError;
import io.duly.sandbox.SampleOrders;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * One demonstration: servers, orders, a run, perhaps a crash, and the verdict. Used by one thread.
 */
final class Demo implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(50);

  /** A run in which nothing moves for this long is given up and judged as it stands. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int MANY = 10;
  private static final String TABLE = "public.orders";

  private final DemoOptions options;
  private final DemoFolder folder;
  private final PrintWriter notes;
  private final Parts parts = new Parts();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Stop stop = Service.onTermination(closed);
  private @Nullable DemoServers servers;
  private boolean killed;
  private Supplier<List<Throwable>> failures = List::of;

  Demo(DemoOptions options, DemoFolder folder, PrintWriter notes) {
    this.options = options;
    this.folder = folder;
    this.notes = notes;
    parts.add(folder);
  }

  /** Runs it to the verdict. */
  DemoResult run() {
    notes.println(
        "starting PostgreSQL, Kafka and the sample API ("
            + options.contract
            + ", "
            + options.latency
            + ")");
    DemoServers started = parts.add(DemoServers.start(options, folder.path()));
    servers = started;
    Map<String, String> given = DemoSettings.of(started, options);
    Settings settings = Settings.of(given);
    long orders = loadOrders(settings);
    notes.printf("%,d orders are PENDING in %s%n", orders, TABLE);
    DemoJudge judge = parts.add(DemoJudge.sworn(started, options, settings));
    Installation installation = parts.add(Installation.create(settings));
    notes.println("see it at " + parts.add(Console.start(installation, 0)).url());
    DemoWorkers workers = startPipeline(installation, started, given);
    try (Admin admin = new KafkaClients(settings).admin()) {
      GroupMembers.await(admin, settings.text("worker.group"), options.chaos ? 3 : 1, stop);
    }
    Ingest.openRun(installation.database(), "demo", "", Lanes.MAIN);
    follow(installation, orders, workers);
    notes.println(
        "judging from the table, the result topic, the write-ahead log and the API's ledger");
    return judge.judge(
        installation, options.chaos && workers != null ? workers.inFlightAtKill() : -1);
  }

  private long loadOrders(Settings settings) {
    try (Connection connection = Database.connect(settings)) {
      SampleOrders.createTable(connection, TABLE);
      return options.csv == null
          ? SampleOrders.loadTpch(connection, TABLE, options.orders)
          : SampleOrders.loadCsv(connection, TABLE, options.csv);
    } catch (SQLException e) {
      throw new UserError("the orders cannot be loaded: " + e.getMessage(), e);
    }
  }

  /** Starts Duly in this process, or as processes of its own, which are returned. */
  private @Nullable DemoWorkers startPipeline(
      Installation installation, DemoServers around, Map<String, String> settings) {
    if (!options.chaos && !options.processes) {
      Pipeline pipeline = parts.add(Pipeline.start(installation, Ingest.Others.LEFT_OUT));
      failures = pipeline::failures;
      return null;
    }
    DemoWorkers workers = parts.add(DemoWorkers.start(around, settings, options.chaos ? 3 : 1));
    parts.add(Ingest.start(installation.settings(), installation.database(), installation.table()));
    return workers;
  }

  private void follow(Installation installation, long orders, @Nullable DemoWorkers workers) {
    RunTable runs = new RunTable(installation.database().jdbi());
    ProgressLine progress = new ProgressLine(notes, CommandLine.Help.Ansi.AUTO.enabled(), orders);
    Watch watch = new Watch();
    try (Admin admin = new KafkaClients(installation.settings()).admin()) {
      GroupLag lag =
          new GroupLag(
              admin, installation.settings().text("worker.group"), installation.topics().due());
      boolean closed = false;
      while (!closed && !watch.isStill() && failures.get().isEmpty() && !stop.pause(LOOK)) {
        Run run = runs.latest().orElseThrow();
        RunTotals totals = runs.totals(run.id());
        closed = run.state() == Run.State.CLOSED;
        watch.saw(totals.settled() + totals.completed() + run.selected());
        progress.show(totals.settled(), totals.inDoubt(), closed ? 0 : watch.lag(lag));
        if (options.chaos && workers != null && totals.settled() > orders / 10) {
          killOnce(workers, totals.settled());
        }
      }
    }
    progress.end();
  }

  /** Kills a worker with many calls in flight; once half of the orders are done, with any. */
  private void killOnce(DemoWorkers workers, long settled) {
    if (!killed && workers.killOneInFlight(settled < options.orders / 2 ? MANY : 1)) {
      killed = true;
      notes.printf(
          "%nkilled a worker (SIGKILL) with %d calls unanswered%n", workers.inFlightAtKill());
    }
  }

  /** Keeps the servers up until the process is told to stop. */
  void stay(PrintWriter out) {
    DemoServers running = java.util.Objects.requireNonNull(servers);
    out.println("PostgreSQL  " + running.postgres().jdbcUrl());
    out.println("Kafka       " + running.broker().bootstrapServers());
    out.println("API         " + running.api());
    out.println("ledger      " + running.ledger());
    out.println("Stop with Ctrl-C.");
    stop.await();
  }

  @Override
  public void close() {
    try {
      parts.close();
    } finally {
      closed.countDown();
    }
  }

  /** Sees whether anything moves, and reads the lag now and then. */
  private static final class Watch {
    private long last = -1;
    private long movedNanos = System.nanoTime();
    private long lag;
    private long lagNanos = System.nanoTime() - Duration.ofSeconds(1).toNanos();

    private void saw(long progress) {
      if (progress != last) {
        last = progress;
        movedNanos = System.nanoTime();
      }
    }

    private boolean isStill() {
      return System.nanoTime() - movedNanos > PATIENCE.toNanos();
    }

    private long lag(GroupLag group) {
      if (System.nanoTime() - lagNanos > Duration.ofSeconds(1).toNanos()) {
        lagNanos = System.nanoTime();
        try {
          lag = group.read();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
          lag = -1;
        }
      }
      return lag;
    }
  }
}
