package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Incarnations;
import io.duly.orders.OrdersTable;
import io.duly.orders.Schema;
import io.duly.orders.TableInspector;
import io.duly.orders.Topics;
import io.duly.orders.WorkerTable;
import io.duly.runtime.Database;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reconciler on a real log and a real broker; the test plays the workers' part. */
class ReconcilerTest {
  static final int ORDERS = 50;

  @TempDir Path folder;
  private EmbeddedPostgres postgres;
  private EmbeddedBroker broker;
  private Settings settings;
  private Database database;
  private OrdersTable table;

  @BeforeEach
  void open() {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
    use("neither");
    database = Database.open(settings, "reconciler-test");
    execute("CREATE TABLE orders (id bigint PRIMARY KEY, status text, note text)");
    execute("INSERT INTO orders SELECT n, 'PENDING', '' FROM generate_series(1, " + ORDERS + ") n");
    table = database.jdbi().withHandle(handle -> TableInspector.inspect(handle, settings));
    Schema.create(database.jdbi(), table, settings);
    execute(
        """
        INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at)
        VALUES ('test', now(), now(), 'PUBLISHING', 'test', now())
        """);
    Incarnations incarnations = new Incarnations(database.jdbi());
    assertThat(incarnations.trust(incarnations.current())).isTrue();
    try (Admin admin = new KafkaClients(settings).admin()) {
      Topics.of(settings).create(admin, settings);
    }
  }

  @AfterEach
  void close() {
    database.close();
    broker.close();
    postgres.close();
  }

  private void use(String contract) {
    Map<String, String> given = new HashMap<>();
    given.put("database.url", postgres.jdbcUrl());
    given.put("kafka.bootstrap.servers", broker.bootstrapServers());
    given.put("topic.replication", "1");
    given.put("topic.partitions", "1");
    given.put("api.contract", contract);
    given.put("worker.heartbeat-timeout", "1500ms");
    given.put("reconciler.interval", "200ms");
    settings = Settings.of(given);
  }

  private void execute(String sql) {
    database.jdbi().useHandle(handle -> handle.execute(sql));
  }

  private long count(String sql) {
    return database.jdbi().withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }

  private Reconciler reconciler() {
    return Reconciler.start(settings, database, table);
  }

  private WorkersPart workers() {
    return new WorkersPart(settings, database, table);
  }

  private void awaitCount(String sql, long expected) {
    Awaitility.await(sql).atMost(Duration.ofSeconds(60)).until(() -> count(sql) == expected);
  }

  @Test
  void tellsOnceTheResultsThatTheirWorkerCouldNotTell() throws Exception {
    workers().complete("worker", workers().claimAll("worker"));
    workers().passOffsets(ORDERS);

    try (Reconciler first = reconciler()) {
      awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 3", ORDERS);
      assertThat(first.failures()).isEmpty();
    }
    try (Reconciler second = reconciler()) {
      execute("UPDATE orders SET note = 'after the restart'");
      awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 3", ORDERS);
      assertThat(second.failures()).isEmpty();
    }

    assertThat(workers().records("orders.results")).isEqualTo(ORDERS);
  }

  @Test
  void tellsOnlyWhatTheGroupHasPassed() throws Exception {
    workers().complete("worker", workers().claimAll("worker"));
    workers().passOffsets(10);

    try (Reconciler reconciler = reconciler()) {
      awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 3", 10);
      awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 1", ORDERS - 10);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(workers().records("orders.results")).isEqualTo(10);
  }

  @Test
  void ordersOfADeadWorkerAreInDoubtWhereTheApiHonoursNothing() throws Exception {
    workers().claimAll("worker that dies");
    workers().passOffsets(ORDERS);

    try (Reconciler reconciler = reconciler()) {
      awaitCount("SELECT count(*) FROM orders WHERE status = 'IN_DOUBT'", ORDERS);
      awaitCount(
          "SELECT count(*) FROM duly.attempt WHERE witness = 3 AND outcome = 'IN_DOUBT'", ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(workers().records("orders.due")).isZero();
    assertThat(workers().records("orders.results")).isEqualTo(ORDERS);
  }

  @Test
  void ordersOfADeadWorkerArePublishedAgainWhereTheApiHonoursTheKey() {
    use("idempotent");
    workers().claimAll("worker that dies");

    try (Reconciler reconciler = reconciler()) {
      awaitCount("SELECT count(*) FROM duly.attempt WHERE outcome = 'LOST'", ORDERS);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> workers().records("orders.due") == ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(count("SELECT count(*) FROM orders WHERE status = 'PENDING'")).isEqualTo(ORDERS);
  }

  @Test
  void ordersOfALivingWorkerAreLeftAlone() {
    workers().claimAll("worker that lives");
    WorkerTable living = new WorkerTable(database.jdbi());

    try (Reconciler reconciler = reconciler()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .during(Duration.ofSeconds(4))
          .pollInterval(Duration.ofMillis(200))
          .until(
              () ->
                  living.beat("worker that lives")
                      && count("SELECT count(*) FROM duly.attempt WHERE finished_at IS NULL")
                          == ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  @Test
  void aStatusChangedByHandLeavesEvidenceAndAnEditOfAnotherColumnDoesNot() {
    workers().complete("worker", workers().claimAll("worker"));

    try (Reconciler reconciler = reconciler()) {
      awaitCount("SELECT count(*) FROM duly.attempt WHERE witness & 1 = 1", ORDERS);
      execute("UPDATE orders SET note = 'edited' WHERE id = 2");
      execute("UPDATE orders SET status = 'FAILED' WHERE id = 1");
      execute("UPDATE orders SET note = 'edited too' WHERE id = 3");
      awaitCount("SELECT count(*) FROM duly.evidence WHERE kind = 'status changed by others'", 1);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(count("SELECT order_id FROM duly.evidence")).isEqualTo(1);
  }

  @Test
  void aStandbyTakesOver() throws Exception {
    Reconciler leader = reconciler();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> count("SELECT count(*) FROM pg_replication_slots WHERE active") == 1);
    try (Reconciler standby = reconciler()) {
      leader.close();
      workers().complete("worker", workers().claimAll("worker"));
      workers().passOffsets(ORDERS);

      awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 3", ORDERS);
      assertThat(standby.failures()).isEmpty();
    }

    assertThat(workers().records("orders.results")).isEqualTo(ORDERS);
  }

  @Test
  void aFeedWhoseConnectionIsKilledStartsAnew() throws Exception {
    try (Reconciler reconciler = reconciler()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> count("SELECT count(*) FROM pg_replication_slots WHERE active") == 1);
      execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active");
      workers().complete("worker", workers().claimAll("worker"));
      workers().passOffsets(ORDERS);

      awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 3", ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }
  }
}
