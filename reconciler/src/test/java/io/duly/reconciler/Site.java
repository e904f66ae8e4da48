package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Decisions;
import io.duly.orders.DoubtQueue;
import io.duly.orders.Gap;
import io.duly.orders.Incarnations;
import io.duly.orders.OrdersTable;
import io.duly.orders.Outcome;
import io.duly.orders.Records;
import io.duly.orders.Run;
import io.duly.orders.RunTable;
import io.duly.orders.Schema;
import io.duly.orders.SlotState;
import io.duly.orders.Slots;
import io.duly.orders.TableInspector;
import io.duly.orders.Topics;
import io.duly.orders.WorkerTable;
import io.duly.reconciler.verify.LedgerFile;
import io.duly.reconciler.verify.Report;
import io.duly.reconciler.verify.Verification;
import io.duly.runtime.Database;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** An orders table and Duly's schema and topics for a reconciler. */
final class Site implements AutoCloseable {
  static final String SLOT = "duly";
  static final int ORDERS = 50;

  private final Ground ground;
  private final Settings settings;
  private final Database database;
  private final OrdersTable table;

  private Site(Ground ground, Map<String, String> given) {
    this.ground = ground;
    this.settings = settings(given);
    this.database = Database.open(settings, "reconciler-test");
    execute("CREATE TABLE orders (id bigint PRIMARY KEY, status text, note text)");
    execute("INSERT INTO orders SELECT n, 'PENDING', '' FROM generate_series(1, " + ORDERS + ") n");
    this.table = database.jdbi().withHandle(handle -> TableInspector.inspect(handle, settings));
    Schema.create(database.jdbi(), table, settings);
    execute(
        """
        INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at)
        VALUES ('test', now(), now(), 'PUBLISHING', 'test', now())
        """);
    trust();
    try (Admin admin = new KafkaClients(settings).admin()) {
      Topics.of(settings).create(admin, settings);
    }
  }

  /**
   * On {@code ground}, with the settings {@code given} in place of those that a test has otherwise.
   */
  static Site on(Ground ground, Map<String, String> given) {
    return new Site(ground, given);
  }

  private Settings settings(Map<String, String> given) {
    Map<String, String> all = new HashMap<>();
    all.put("topic.replication", "1");
    all.put("topic.partitions", "1");
    all.put("api.contract", "idempotent");
    all.put("worker.heartbeat-timeout", "1h");
    all.put("reconciler.interval", "200ms");
    all.put("reconciler.beat-interval", "500ms");
    all.put("kafka.fetch.max.wait.ms", "50"); // else each look at another topic costs 500
    all.putAll(ground.settings());
    all.putAll(given);
    return Settings.of(all);
  }

  /** As the reconciler's comparison with the intents does. */
  void trust() {
    Incarnations incarnations = new Incarnations(database.jdbi());
    assertThat(incarnations.trust(incarnations.current())).isTrue();
  }

  Jdbi jdbi() {
    return database.jdbi();
  }

  Settings settings() {
    return settings;
  }

  OrdersTable table() {
    return table;
  }

  /** What {@code duly verify} finds of run 1. */
  Report verify(@Nullable LedgerFile ledger) {
    return verify(1, ledger);
  }

  /** What {@code duly verify} finds of run {@code id}. */
  Report verify(long id, @Nullable LedgerFile ledger) {
    Run run = new RunTable(database.jdbi()).find(id).orElseThrow();
    return new Verification(settings, database.jdbi(), table, 20).verify(run, ledger);
  }

  /** Decides on the doubt of an order as a person does; returns how many doubts that settled. */
  int decide(String orderId, Outcome outcome) {
    Records records = new Records(database.jdbi(), table, SLOT);
    DoubtQueue.Selection selection = new DoubtQueue.Selection(List.of(orderId), null, null);
    return new Decisions(database.jdbi(), table, records)
        .settle(
            new DoubtQueue(database.jdbi(), table).list(selection, null, 10),
            new Decisions.Finding(outcome, "a person", "the API's books have it"))
        .size();
  }

  Reconciler reconciler() {
    return Reconciler.start(settings, database, table);
  }

  /** A reconciler with one setting changed. */
  Reconciler reconciler(String key, String value) {
    return Reconciler.start(settings(Map.of(key, value)), database, table);
  }

  WorkersPart workers() {
    return new WorkersPart(settings, database, table);
  }

  void execute(String sql) {
    database.jdbi().useHandle(handle -> handle.execute(sql));
  }

  /**
   * Drops the slot, which can be done only while nobody reads it; its reader may be back at once.
   */
  void dropSlot() {
    await(
        "dropped",
        () -> {
          try {
            execute(
                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = 'duly' AND active");
            execute("SELECT pg_drop_replication_slot('duly')");
            return true;
          } catch (RuntimeException e) {
            return false;
          }
        });
  }

  /** The owner's own trigger, which refuses that an order takes {@code status}. */
  void refuse(long orderId, String status) {
    execute(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
        CREATE TRIGGER refuse BEFORE UPDATE ON orders FOR EACH ROW WHEN (NEW.id = %d AND NEW.status = '%s')
          EXECUTE FUNCTION refuse();
        """
            .formatted(orderId, status));
  }

  long count(String sql) {
    return database.jdbi().withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }

  String text(String sql) {
    return database.jdbi().withHandle(handle -> handle.createQuery(sql).mapTo(String.class).one());
  }

  /** A heartbeat of {@code worker}; false where it is dead. */
  boolean beat(String worker) {
    return new WorkerTable(database.jdbi()).beat(worker, WorkerTable.Pulse.NONE);
  }

  SlotState slot() {
    return new Slots(database.jdbi()).find(SLOT).orElseThrow();
  }

  /** The gap that was found last, whether or not a sweep has made up for it. */
  Optional<Gap> lastGap() {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT gap, gap_at FROM duly.feed WHERE gap IS NOT NULL")
                    .map(
                        (row, context) ->
                            new Gap(
                                row.getString("gap"),
                                row.getObject("gap_at", OffsetDateTime.class).toInstant()))
                    .findOne());
  }

  /** Waits until a sweep has made up for the gap that was found last. */
  void awaitGapClosed() {
    awaitCount("SELECT count(gap_closed_at) FROM duly.feed", 1);
  }

  void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(condition);
  }

  void awaitCount(String sql, long expected) {
    await(sql, () -> count(sql) == expected);
  }

  @Override
  public void close() {
    database.close();
    ground.close();
  }
}
