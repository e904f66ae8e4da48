package io.duly.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.orders.Lanes;
import io.duly.orders.OrdersTable;
import io.duly.orders.Run;
import io.duly.orders.RunOwnership;
import io.duly.orders.RunTable;
import io.duly.orders.Schema;
import io.duly.orders.TableInspector;
import io.duly.orders.Topics;
import io.duly.runtime.Database;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestTest {
  @TempDir static Path folder;
  private static EmbeddedPostgres postgres;
  private static EmbeddedBroker broker;
  private static int number;

  private Map<String, String> values = Map.of();
  private Settings settings;
  private Database database;

  @BeforeAll
  static void start() {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void stop() {
    broker.close();
    postgres.close();
  }

  @BeforeEach
  void open() {
    number++;
    values =
        Map.of(
            "database.url",
            postgres.jdbcUrl(),
            "kafka.bootstrap.servers",
            broker.bootstrapServers(),
            "installation",
            "ingest" + number,
            "topic.due",
            "due" + number,
            "topic.results",
            "results" + number,
            "topic.dead",
            "dead" + number,
            "topic.replication",
            "1",
            "orders.filter",
            "region <> 'none'",
            "ingest.page",
            "100");
    settings = Settings.of(values);
    database = Database.open(settings, "ingest-test");
  }

  private Settings with(String key, String value) {
    Map<String, String> changed = new HashMap<>(values);
    changed.put(key, value);
    return Settings.of(changed);
  }

  @AfterEach
  void close() {
    execute("DROP SCHEMA duly CASCADE");
    execute("DROP TABLE orders");
    execute("DROP PUBLICATION ingest" + number);
    database.close();
  }

  private void execute(String sql) {
    database.jdbi().useHandle(handle -> handle.execute(sql));
  }

  /** An orders table with {@code count} pending ids, one finished and one filtered out. */
  private OrdersTable shop(String type, String idOfNumber, int count) {
    execute("CREATE TABLE orders (id " + type + " PRIMARY KEY, status text, region text)");
    execute(
        "INSERT INTO orders SELECT "
            + idOfNumber
            + ", 'PENDING', 'north' FROM generate_series(1, "
            + count
            + ") n");
    execute(
        "INSERT INTO orders SELECT "
            + idOfNumber
            + ", 'COMPLETED', 'north' FROM generate_series(100001, 100001) n");
    execute(
        "INSERT INTO orders SELECT "
            + idOfNumber
            + ", 'PENDING', 'none' FROM generate_series(100002, 100002) n");
    OrdersTable table =
        database.jdbi().withHandle(handle -> TableInspector.inspect(handle, settings));
    Schema.create(database.jdbi(), table, settings);
    try (Admin admin = new KafkaClients(settings).admin()) {
      Topics.of(settings).create(admin, settings);
    }
    return table;
  }

  private void awaitPublished(OrdersTable table) {
    RunTable runs = new RunTable(database.jdbi());
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> runs.inState(Run.State.PUBLISHED).size() == 1);
  }

  private List<String> published() {
    return records().stream().map(each -> new String(each.key(), StandardCharsets.UTF_8)).toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> records() {
    try (Consumer<byte[], byte[]> reader = new KafkaClients(settings).reader("test")) {
      List<TopicPartition> partitions =
          IntStream.range(0, 8).mapToObj(each -> new TopicPartition("due" + number, each)).toList();
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
        reader.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  @ParameterizedTest
  @CsvSource({"bigint, n", "uuid, md5(n::text)::uuid", "text, 'order ' || n"})
  void everyPendingOrderIsPublishedOnceWhateverItsIdIs(String type, String idOfNumber) {
    OrdersTable table = shop(type, idOfNumber, 950);
    List<String> due =
        database
            .jdbi()
            .withHandle(
                handle ->
                    handle
                        .createQuery(
                            "SELECT id::text FROM orders WHERE status = 'PENDING' AND region = 'north'")
                        .mapTo(String.class)
                        .list());

    Ingest.openRun(database, "test", "", Lanes.MAIN);
    try (Ingest ingest = Ingest.start(settings, database, table)) {
      awaitPublished(table);
      assertThat(ingest.failures()).isEmpty();
    }

    assertThat(published()).containsExactlyInAnyOrderElementsOf(due);
    assertThat(new RunTable(database.jdbi()).latest().orElseThrow().selected()).isEqualTo(950);
  }

  @Test
  void threeInstancesPublishARunOnce() {
    OrdersTable table = shop("bigint", "n", 950);

    Ingest.openRun(database, "test", "", Lanes.MAIN);
    try (Ingest one = Ingest.start(settings, database, table);
        Ingest two = Ingest.start(settings, database, table);
        Ingest three = Ingest.start(settings, database, table)) {
      awaitPublished(table);
      assertThat(List.of(one, two, three))
          .allSatisfy(each -> assertThat(each.failures()).isEmpty());
    }

    assertThat(published()).hasSize(950).doesNotHaveDuplicates();
  }

  @Test
  void aSmallRunWaitsForNoLargeOneAndNeitherForOneThatFails() {
    OrdersTable table = shop("bigint", "n", 20_000);
    Ingest.openRun(database, "broken", "1 / (id - id) > 0", Lanes.MAIN);
    Ingest.openRun(database, "large", "", Lanes.MAIN);

    try (Ingest ingest = Ingest.start(settings, database, table)) {
      Awaitility.await().until(() -> count("selected > 0 AND schedule = 'large'") == 1);
      Ingest.openRun(database, "small", "id <= 150", Lanes.MAIN);
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> count("state = 'PUBLISHED'") == 2);
      assertThat(ingest.failures()).isEmpty();
    }

    String large = "(SELECT published_at FROM duly.run WHERE schedule = 'large')";
    assertThat(count("schedule = 'small' AND selected = 150 AND published_at < " + large)).isOne();
    assertThat(count("schedule = 'large' AND selected = 20000")).isOne();
    assertThat(count("schedule = 'broken' AND state = 'PUBLISHING'")).isOne();
  }

  private long count(String which) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT count(*) FROM duly.run WHERE " + which)
                    .mapTo(Long.class)
                    .one());
  }

  @Test
  void aRunWhoseOwnerIsGoneGoesOnAfterTheLastSavedPage() {
    OrdersTable table = shop("bigint", "n", 950);
    Ingest.openRun(database, "test", "", Lanes.MAIN);
    RunOwnership gone =
        new RunOwnership(database.jdbi(), table, "an instance that dies", Duration.ZERO);
    gone.advance(gone.adopt(List.of()).orElseThrow(), "300", 300);
    execute("UPDATE duly.run SET owner_seen_at = owner_seen_at - interval '1 hour'");

    try (Ingest ingest = Ingest.start(settings, database, table)) {
      awaitPublished(table);
      assertThat(ingest.failures()).isEmpty();
    }

    assertThat(published()).hasSize(650).doesNotContain("300").contains("301", "950");
    assertThat(new RunTable(database.jdbi()).latest().orElseThrow().selected()).isEqualTo(950);
  }

  @Test
  void ordersWithTheSameOrderingKeyLieInOnePartitionInTheOrderOfTheirIds() {
    settings = with("orders.ordering-column", "region");
    OrdersTable table = shop("bigint", "n", 0);
    execute(
        "INSERT INTO orders SELECT n, 'PENDING', CASE WHEN n % 50 > 0 THEN 'region ' || n % 50 END FROM generate_series(1, 1000) n");
    Ingest.openRun(database, "test", "", Lanes.MAIN);

    try (Ingest ingest = Ingest.start(settings, database, table)) {
      awaitPublished(table);
      assertThat(ingest.failures()).isEmpty();
    }

    Map<Integer, Integer> partitionOfRegion = new HashMap<>();
    Map<Integer, Integer> lastOfRegion = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> each : records()) {
      int id = Integer.parseInt(new String(each.key(), StandardCharsets.UTF_8));
      int region = id % 50;
      assertThat(partitionOfRegion.computeIfAbsent(region, none -> each.partition()))
          .isEqualTo(each.partition());
      assertThat(lastOfRegion.getOrDefault(region, 0)).isLessThan(id);
      lastOfRegion.put(region, id);
    }
    assertThat(lastOfRegion).hasSize(49);
    assertThat(partitionOfRegion.values()).contains(0, 1, 2);
  }

  @Test
  void anOrderingColumnThatIsNotThereIsRefusedAtTheStart() {
    OrdersTable table = shop("bigint", "n", 1);
    Settings wrong = with("orders.ordering-column", "customer");

    assertThatThrownBy(() -> Ingest.start(wrong, database, table))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("orders.ordering-column 'customer' cannot be used");
  }

  @Test
  void ordersUpToALowerBoundAreNotLookedAt() {
    settings = with("ingest.after", "(SELECT max(id) - 900 FROM orders WHERE id < 1000)");
    OrdersTable table = shop("bigint", "n", 950);
    Ingest.openRun(database, "test", "", Lanes.MAIN);

    try (Ingest ingest = Ingest.start(settings, database, table)) {
      awaitPublished(table);
      assertThat(ingest.failures()).isEmpty();
    }

    assertThat(published()).hasSize(900).doesNotContain("50").contains("51", "950");
  }

  @Test
  void aLowerBoundThatIsNoIdIsRefusedAtTheStart() {
    OrdersTable table = shop("bigint", "n", 1);
    Settings wrong = with("ingest.after", "(SELECT now())");

    assertThatThrownBy(() -> Ingest.start(wrong, database, table))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("ingest.after cannot be used, '(SELECT now())'");
  }

  @Test
  void noRowOfTheOrdersTableIsWritten() {
    OrdersTable table = shop("bigint", "n", 300);
    String before = versions();

    Ingest.openRun(database, "test", "", Lanes.MAIN);
    try (Ingest ingest = Ingest.start(settings, database, table)) {
      awaitPublished(table);
      assertThat(ingest.failures()).isEmpty();
    }

    assertThat(versions()).isEqualTo(before);
  }

  private String versions() {
    String sql = "SELECT string_agg(xmin::text, ',' ORDER BY id) FROM orders";
    return database.jdbi().withHandle(handle -> handle.createQuery(sql).mapTo(String.class).one());
  }
}
