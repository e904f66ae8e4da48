package io.duly.ingest;

import io.duly.orders.Canaries;
import io.duly.orders.DueTopic;
import io.duly.orders.OrdersTable;
import io.duly.orders.Run;
import io.duly.orders.RunControl;
import io.duly.orders.RunOwnership;
import io.duly.orders.RunTable;
import io.duly.orders.Schema;
import io.duly.orders.TableInspector;
import io.duly.orders.Topics;
import io.duly.runtime.Database;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** A database and a broker, and in them one installation after another with its orders table. */
final class IngestSite implements AutoCloseable {
  private final EmbeddedPostgres postgres;
  private final EmbeddedBroker broker;
  private final Map<String, String> values = new HashMap<>();
  private Parts parts = new Parts();
  private @Nullable Database database;
  private int number;

  private IngestSite(EmbeddedPostgres postgres, EmbeddedBroker broker) {
    this.postgres = postgres;
    this.broker = broker;
  }

  static IngestSite start(Path folder) {
    return new IngestSite(
        EmbeddedPostgres.start(folder.resolve("postgres")),
        EmbeddedBroker.start(folder.resolve("kafka")));
  }

  /** Begins a new installation; pages have 100 ids, and region 'none' is filtered out. */
  void open() {
    number++;
    parts = new Parts();
    values.clear();
    values.put("database.url", postgres.jdbcUrl());
    values.put("kafka.bootstrap.servers", broker.bootstrapServers());
    values.put("installation", "ingest" + number);
    for (String each : List.of("due", "results", "dead")) {
      values.put("topic." + each, each + number);
    }
    values.put("topic.replication", "1");
    values.put("orders.filter", "region <> 'none'");
    values.put("ingest.page", "100");
    database = Database.open(settings(), "ingest-test");
  }

  IngestSite with(String key, String value) {
    values.put(key, value);
    return this;
  }

  Settings settings() {
    return Settings.of(values);
  }

  Database database() {
    return Objects.requireNonNull(database);
  }

  /** Ends the installation. */
  void leave() {
    parts.close();
    execute("DROP SCHEMA duly CASCADE");
    execute("DROP TABLE orders");
    execute("DROP PUBLICATION ingest" + number);
    database().close();
  }

  @Override
  public void close() {
    broker.close();
    postgres.close();
  }

  void execute(String sql) {
    database().jdbi().useHandle(handle -> handle.execute(sql));
  }

  List<String> rows(String sql) {
    return database()
        .jdbi()
        .withHandle(handle -> handle.createQuery(sql).mapTo(String.class).list());
  }

  /** An orders table with {@code count} pending ids, one finished and one filtered out. */
  OrdersTable shop(String type, String idOfNumber, int count) {
    execute("CREATE TABLE orders (id " + type + " PRIMARY KEY, status text, region text)");
    insert(idOfNumber, "'PENDING', 'north'", 1, count);
    insert(idOfNumber, "'COMPLETED', 'north'", 100_001, 100_001);
    insert(idOfNumber, "'PENDING', 'none'", 100_002, 100_002);
    return init();
  }

  private void insert(String idOfNumber, String rest, int first, int last) {
    execute(
        "INSERT INTO orders SELECT %s, %s FROM generate_series(%d, %d) n"
            .formatted(idOfNumber, rest, first, last));
  }

  /** Makes the schema and the topics beside the table that is there. */
  OrdersTable init() {
    OrdersTable table =
        database().jdbi().withHandle(handle -> TableInspector.inspect(handle, settings()));
    Schema.create(database().jdbi(), table, settings());
    try (Admin admin = new KafkaClients(settings()).admin()) {
      Topics.of(settings()).create(admin, settings());
    }
    return table;
  }

  /** Takes up the run that is there, in the name of 'here'. */
  Publication publication(OrdersTable table) throws Exception {
    Jdbi jdbi = database().jdbi();
    RunOwnership runs = new RunOwnership(jdbi, table, "here", Duration.ofMinutes(1));
    Run run = runs.adopt(List.of()).orElseThrow();
    KafkaClients kafka = new KafkaClients(settings());
    DueTopic topic = new DueTopic(parts.add(kafka.producer("here")), settings(), jdbi, table);
    return Publication.begin(
        run,
        runs,
        new DuePages(jdbi, table.within(run.selection()), settings().text("ingest.after")),
        new Publisher(topic, parts.add(kafka.admin())),
        canary(table),
        settings().number("ingest.page"));
  }

  Canary canary(OrdersTable table) {
    Jdbi jdbi = database().jdbi();
    return new Canary(new Canaries(jdbi, table), new RunControl(jdbi), settings(), "here");
  }

  void awaitPublished() {
    RunTable runs = new RunTable(database().jdbi());
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> runs.inState(Run.State.PUBLISHED).size() == 1);
  }

  /** How many runs there are of which that holds. */
  long count(String which) {
    String sql = "SELECT count(*) FROM duly.run WHERE " + which;
    return database().jdbi().withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }

  List<String> published() {
    return records().stream().map(each -> new String(each.key(), StandardCharsets.UTF_8)).toList();
  }

  List<ConsumerRecord<byte[], byte[]>> records() {
    try (Consumer<byte[], byte[]> reader = new KafkaClients(settings()).reader("test")) {
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
}
