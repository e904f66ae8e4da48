package io.duly.e2e;

import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import io.duly.sandbox.Latency;
import io.duly.sandbox.LedgerReader;
import io.duly.sandbox.LedgerSummary;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import io.duly.sandbox.SampleOrders;
import io.duly.sandbox.verdict.Case;
import io.duly.sandbox.verdict.Court;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A shop with a database, a broker, an API and orders of its own, and the processes of Duly that
 * work on them. Used by one thread.
 */
final class Shop implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(50);

  private final Path folder;
  private final SampleContract contract;
  private final Parts parts = new Parts();
  private final Map<String, String> settings;
  private final List<DulyProcess> processes = new ArrayList<>();
  private final EmbeddedBroker broker;
  private EmbeddedPostgres postgres;

  private Shop(
      Path folder,
      SampleContract contract,
      String latency,
      long orders,
      Map<String, String> brokerSettings) {
    this.folder = folder;
    this.contract = contract;
    this.postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    parts.add(() -> postgres.close());
    this.broker = parts.add(EmbeddedBroker.start(folder.resolve("kafka"), brokerSettings));
    SampleApi api =
        parts.add(
            SampleApi.start(
                new SampleApiSettings(contract, Latency.parse(latency), 0, 0.02, ledger(), 0)));
    this.settings =
        new HashMap<>(
            SmallSettings.of(
                "shop", postgres.jdbcUrl(), broker.bootstrapServers(), contract, api.url()));
    try (Connection connection = DriverManager.getConnection(url())) {
      SampleOrders.createTable(connection, "public.orders");
      SampleOrders.loadTpch(connection, "public.orders", orders);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Opens a shop with {@code orders} orders that are PENDING; {@code init} is still to be run. */
  static Shop open(Path folder, SampleContract contract, String latency, long orders) {
    return open(folder, contract, latency, orders, Map.of());
  }

  /** The same on a broker with settings of its own, which its processes do not know of. */
  static Shop open(
      Path folder,
      SampleContract contract,
      String latency,
      long orders,
      Map<String, String> brokerSettings) {
    return new Shop(folder, contract, latency, orders, brokerSettings);
  }

  /** Gives the processes started from now on another value of a setting. */
  Shop with(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /** Leaves a setting at its default. */
  Shop without(String key) {
    settings.remove(key);
    return this;
  }

  /** Gives it the batches and the patience of a large run. */
  Shop forVolume() {
    return with("ingest.page", "10000")
        .with("api.concurrency", "64")
        .with("worker.window", "2000")
        .with("api.timeout", "10s")
        .with("worker.send-window", "5s")
        .with("worker.heartbeat-timeout", "10s")
        .with("reconciler.grace", "1m")
        .with("reconciler.interval", "1s");
  }

  /** Runs {@code duly init}. */
  Shop init() {
    Command.sound("init", settings);
    return this;
  }

  /** What its processes are started with. */
  Settings settings() {
    return Settings.of(settings);
  }

  /** Runs {@code duly} with the settings and the arguments, whose options win. */
  Command duly(String... arguments) {
    int words = (int) Stream.of(arguments).takeWhile(each -> !each.startsWith("-")).count();
    List<String> all = new ArrayList<>(List.of(arguments).subList(0, words));
    settings.forEach((key, value) -> all.addAll(List.of("--set", key + "=" + value)));
    all.addAll(List.of(arguments).subList(words, arguments.length));
    return Command.run(all.toArray(String[]::new));
  }

  /** A judge of all that happens from now on. */
  Court court() {
    Case.Kafka kafka =
        new Case.Kafka(broker.bootstrapServers(), "shop.due", "shop.results", "shop");
    return Court.open(new Case(url(), "public.orders", "judge", kafka, ledger(), contract));
  }

  /** Starts {@code duly part} as a process with an id and a log called {@code name}. */
  DulyProcess start(String part, String name, String... javaOptions) {
    Map<String, String> own = new HashMap<>(settings);
    own.put("worker.id", name);
    DulyProcess process = DulyProcess.start(part, own, folder.resolve(name + ".log"), javaOptions);
    processes.add(process);
    return process;
  }

  void openRun() {
    Sql.openRun(url(), "test");
  }

  /** Opens a run that takes what {@code filter} takes. */
  void openRun(String filter) {
    execute(
        "INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at, filter) VALUES ('test', now(), now(), 'OPEN', '', now(), $$"
            + filter
            + "$$)");
  }

  String url() {
    return postgres.jdbcUrl();
  }

  long count(String sql) {
    return Sql.count(url(), sql);
  }

  void execute(String sql) {
    Sql.execute(url(), sql);
  }

  /** Waits until the number is {@code least} or more; asks every 50 ms. */
  void awaitCount(String sql, long least, Duration atMost) {
    Awaitility.await(sql)
        .atMost(atMost)
        .pollDelay(Duration.ZERO)
        .pollInterval(LOOK)
        .until(() -> count(sql) >= least);
  }

  void awaitClosed(Duration atMost) {
    awaitCount("SELECT count(*) FROM duly.run WHERE state = 'CLOSED'", 1, atMost);
  }

  /** Kills the database with all its processes, and starts it again on the same folder and port. */
  void restartDatabaseHard() {
    stopDatabaseHard();
    startDatabase();
  }

  void stopDatabaseHard() {
    postgres.kill();
  }

  void startDatabase() {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
  }

  EmbeddedPostgres postgres() {
    return postgres;
  }

  Broker broker() {
    return new Broker(broker.bootstrapServers());
  }

  LedgerSummary books() {
    return LedgerReader.read(ledger());
  }

  Path ledger() {
    return folder.resolve("ledger.jsonl");
  }

  /** Stops all processes and waits for their end. */
  void stopProcesses() {
    processes.forEach(each -> each.process().destroy());
    processes.forEach(DulyProcess::close);
    processes.clear();
  }

  @Override
  public void close() {
    stopProcesses();
    parts.close();
  }
}
