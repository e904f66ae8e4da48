package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.AttemptResult;
import io.duly.orders.AttemptResult.Answer;
import io.duly.orders.Claim;
import io.duly.orders.ClaimTerms;
import io.duly.orders.Claims;
import io.duly.orders.DueOrder;
import io.duly.orders.OrdersTable;
import io.duly.orders.Outcome;
import io.duly.orders.Records;
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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reconciler on a real log and a real broker; the test plays the workers' part. */
class ReconcilerTest {
  private static final int ORDERS = 50;

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

  /** Claims all orders as {@code worker}; order n was read at offset n - 1. */
  private List<Claim> claimAll(String worker) {
    assertThat(new WorkerTable(database.jdbi()).register(worker, "here")).isTrue();
    Map<DueOrder, UUID> due = new HashMap<>();
    LongStream.rangeClosed(1, ORDERS)
        .forEach(n -> due.put(new DueOrder(String.valueOf(n), 1, 0, n - 1), UUID.randomUUID()));
    Claims claims =
        new Claims(database.jdbi(), table, ClaimTerms.of(settings), Schema.slot(settings));
    return claims.claim(worker, due).claims();
  }

  private void complete(String worker, List<Claim> claims) {
    List<AttemptResult> results =
        claims.stream()
            .map(
                each ->
                    new AttemptResult(
                        each.orderId(),
                        each.attempt(),
                        each.token(),
                        Outcome.COMPLETED,
                        1,
                        Answer.NONE,
                        Duration.ZERO))
            .toList();
    assertThat(new Records(database.jdbi(), table, Schema.slot(settings)).record(worker, results))
        .hasSize(claims.size());
  }

  private void passOffsets(long to) throws Exception {
    try (Admin admin = new KafkaClients(settings).admin()) {
      admin
          .alterConsumerGroupOffsets(
              "duly-workers",
              Map.of(new TopicPartition("orders.due", 0), new OffsetAndMetadata(to)))
          .all()
          .get();
    }
  }

  private long records(String topic) {
    try (Consumer<byte[], byte[]> reader = new KafkaClients(settings).reader("test")) {
      List<TopicPartition> all =
          IntStream.range(0, 1).mapToObj(each -> new TopicPartition(topic, each)).toList();
      reader.assign(all);
      reader.seekToBeginning(all);
      long end = reader.endOffsets(all).values().iterator().next();
      long seen = 0;
      while (reader.position(all.get(0)) < end) {
        seen += reader.poll(Duration.ofMillis(100)).count();
      }
      return seen;
    }
  }

  private void awaitCount(String sql, long expected) {
    Awaitility.await(sql).atMost(Duration.ofSeconds(60)).until(() -> count(sql) == expected);
  }

  @Test
  void tellsOnceTheResultsThatTheirWorkerCouldNotTell() throws Exception {
    complete("worker", claimAll("worker"));
    passOffsets(ORDERS);

    try (Reconciler first = reconciler()) {
      awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 3", ORDERS);
      assertThat(first.failures()).isEmpty();
    }
    try (Reconciler second = reconciler()) {
      execute("UPDATE orders SET note = 'after the restart'");
      awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 3", ORDERS);
      assertThat(second.failures()).isEmpty();
    }

    assertThat(records("orders.results")).isEqualTo(ORDERS);
  }

  @Test
  void tellsOnlyWhatTheGroupHasPassed() throws Exception {
    complete("worker", claimAll("worker"));
    passOffsets(10);

    try (Reconciler reconciler = reconciler()) {
      awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 3", 10);
      awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 1", ORDERS - 10);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(records("orders.results")).isEqualTo(10);
  }

  @Test
  void ordersOfADeadWorkerAreInDoubtWhereTheApiHonoursNothing() throws Exception {
    claimAll("worker that dies");
    passOffsets(ORDERS);

    try (Reconciler reconciler = reconciler()) {
      awaitCount("SELECT count(*) FROM orders WHERE status = 'IN_DOUBT'", ORDERS);
      awaitCount(
          "SELECT count(*) FROM duly.attempt WHERE witness = 3 AND outcome = 'IN_DOUBT'", ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(records("orders.due")).isZero();
    assertThat(records("orders.results")).isEqualTo(ORDERS);
  }

  @Test
  void ordersOfADeadWorkerArePublishedAgainWhereTheApiHonoursTheKey() {
    use("idempotent");
    claimAll("worker that dies");

    try (Reconciler reconciler = reconciler()) {
      awaitCount("SELECT count(*) FROM duly.attempt WHERE outcome = 'LOST'", ORDERS);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> records("orders.due") == ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(count("SELECT count(*) FROM orders WHERE status = 'PENDING'")).isEqualTo(ORDERS);
  }

  @Test
  void ordersOfALivingWorkerAreLeftAlone() {
    claimAll("worker that lives");
    WorkerTable workers = new WorkerTable(database.jdbi());

    try (Reconciler reconciler = reconciler()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .during(Duration.ofSeconds(4))
          .pollInterval(Duration.ofMillis(200))
          .until(
              () ->
                  workers.beat("worker that lives")
                      && count("SELECT count(*) FROM duly.attempt WHERE finished_at IS NULL")
                          == ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  @Test
  void aStatusChangedByHandLeavesEvidenceAndAnEditOfAnotherColumnDoesNot() {
    complete("worker", claimAll("worker"));

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
      complete("worker", claimAll("worker"));
      passOffsets(ORDERS);

      awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 3", ORDERS);
      assertThat(standby.failures()).isEmpty();
    }

    assertThat(records("orders.results")).isEqualTo(ORDERS);
  }

  @Test
  void aFeedWhoseConnectionIsKilledStartsAnew() throws Exception {
    try (Reconciler reconciler = reconciler()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> count("SELECT count(*) FROM pg_replication_slots WHERE active") == 1);
      execute("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active");
      complete("worker", claimAll("worker"));
      passOffsets(ORDERS);

      awaitCount("SELECT count(*) FROM duly.attempt WHERE witness = 3", ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }
  }
}
