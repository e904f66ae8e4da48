package io.duly.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.duly.orders.ClaimTerms;
import io.duly.orders.Claims;
import io.duly.orders.DueRecord;
import io.duly.orders.Incarnations;
import io.duly.orders.OrdersTable;
import io.duly.orders.Records;
import io.duly.orders.ResultEvent;
import io.duly.orders.Schema;
import io.duly.orders.TableInspector;
import io.duly.orders.Topics;
import io.duly.runtime.Database;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Parts;
import io.duly.runtime.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jdbi.v3.core.Jdbi;

/** A shop's orders in a database of their own, Duly's topics and group beside them. */
final class Shop implements AutoCloseable {
  static final int PARTITIONS = 4;
  private static final long RUN = 7;

  private final Map<String, String> given = new HashMap<>();
  private final Path folder;
  private final Database database;
  private final OrdersTable table;
  private final DueTopic topic;
  private final Producer<byte[], byte[]> producer;
  private final Admin admin;
  private final Parts parts = new Parts();

  private Shop(Servers servers, String name) {
    this.folder = servers.newFolder(name);
    given.put("database.url", servers.newDatabase(name));
    given.put("kafka.bootstrap.servers", servers.bootstrapServers());
    given.putAll(servers.clientSettings());
    given.put("installation", name);
    given.put("topic.due", name + ".due");
    given.put("topic.results", name + ".results");
    given.put("topic.dead", name + ".dead");
    given.put("topic.intents", name + ".intents");
    given.put("topic.partitions", String.valueOf(PARTITIONS));
    given.put("topic.replication", "1");
    given.put("worker.group", name + "-workers");
    given.put("api.contract", "neither");
    given.put("api.failure-status", "402");
    parts.add(() -> servers.dropDatabase(name));
    Settings settings = settings();
    this.database = parts.add(Database.open(settings, "worker-test"));
    execute("CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint, status text)");
    this.table = database.jdbi().withHandle(handle -> TableInspector.inspect(handle, settings));
    Schema.create(database.jdbi(), table, settings);
    openRun();
    parts.add(() -> execute("SELECT pg_drop_replication_slot(?)", name));
    KafkaClients kafka = new KafkaClients(settings);
    this.admin = parts.add(kafka.admin());
    Topics.of(settings).create(admin, settings);
    this.topic = new DueTopic(kafka, admin, Topics.of(settings), name + "-workers");
    // a new partition may take a producer's second batch first, and then refuses its first one
    Settings oneByOne = settings("kafka.max.in.flight.requests.per.connection", "1");
    this.producer = parts.add(new KafkaClients(oneByOne).producer("worker-test"));
  }

  static Shop open(Servers servers, String name) {
    return new Shop(servers, name);
  }

  /** The shop's settings with {@code more} over them, keys and values in turn. */
  Settings settings(String... more) {
    Map<String, String> all = new HashMap<>(given);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return Settings.of(all);
  }

  /** A worker that calls {@code api}; as many calls at a time as {@code more} says, 16 else. */
  Worker worker(String apiUrl, String... more) {
    given.put("api.url", apiUrl + "/orders/process");
    given.putIfAbsent("api.concurrency", "16");
    return Worker.start(settings(more), database, table);
  }

  Path ledger() {
    return folder.resolve("ledger.jsonl");
  }

  Jdbi jdbi() {
    return database.jdbi();
  }

  OrdersTable table() {
    return table;
  }

  /** For what only an administrator of the broker may do. */
  Admin admin() {
    return admin;
  }

  DueTopic topic() {
    return topic;
  }

  Claims claims() {
    return new Claims(jdbi(), table, ClaimTerms.of(settings()), given.get("installation"));
  }

  Records records() {
    return new Records(jdbi(), table, given.get("installation"));
  }

  private void openRun() {
    execute(
        """
        INSERT INTO duly.run (id, schedule, fire_time, cutoff, state, owner, owner_seen_at) OVERRIDING SYSTEM VALUE
        VALUES (?, 'shop', now(), now(), 'PUBLISHED', 'shop', now())
        """,
        RUN);
    trust();
  }

  /** Plays the reconciler's part: the database has forgotten nothing. */
  void trust() {
    Incarnations incarnations = new Incarnations(jdbi());
    var unused = incarnations.trust(incarnations.current());
  }

  /** Puts orders 1 to {@code count} into the table and publishes them. */
  void due(int count) {
    due(1, count);
  }

  /** Puts orders {@code first} to {@code last} into the table and publishes them. */
  void due(int first, int last) {
    execute(
        "INSERT INTO orders SELECT n, n * 10, 'PENDING' FROM generate_series(?, ?) n", first, last);
    publish(IntStream.rangeClosed(first, last).mapToObj(String::valueOf).toList());
  }

  void publish(List<String> ids) {
    for (String id : ids) {
      DueRecord due = new DueRecord(id, RUN);
      produce(due.key(), due.value());
    }
    producer.flush();
  }

  void produce(byte[] key, byte[] value) {
    produce(key, value, List.of());
  }

  /** Puts order {@code id} into the table and publishes it with a header. */
  void due(int id, String header, String value) {
    execute("INSERT INTO orders VALUES (?, 10, 'PENDING')", id);
    DueRecord due = new DueRecord(String.valueOf(id), RUN);
    produce(due.key(), due.value(), List.of(new RecordHeader(header, value.getBytes(UTF_8))));
    producer.flush();
  }

  private void produce(byte[] key, byte[] value, List<Header> headers) {
    var unused =
        producer.send(new ProducerRecord<>(given.get("topic.due"), null, key, value, headers));
  }

  /** Plays the reconciler's part: publishes the orders whose retry is due. */
  void publishDueRetries() {
    publish(
        jdbi()
            .withHandle(
                handle ->
                    handle
                        .createQuery(
                            """
                            UPDATE duly.retry SET queued_at = clock_timestamp()
                            WHERE not_before <= clock_timestamp() AND queued_at IS NULL RETURNING order_id::text
                            """)
                        .mapTo(String.class)
                        .list()));
  }

  /** How many orders have that status. */
  long count(String status) {
    return ask("SELECT count(*) FROM orders WHERE status = ?", Long.class, status);
  }

  long settled() {
    return ask(
        "SELECT count(*) FROM orders WHERE status NOT IN ('PENDING', 'PROCESSING')", Long.class);
  }

  /** The status of each order by its id. */
  Map<String, String> statuses() {
    Map<String, String> statuses = new HashMap<>();
    jdbi()
        .useHandle(
            handle ->
                handle
                    .createQuery("SELECT id::text AS id, status FROM orders")
                    .mapToMap(String.class)
                    .forEach(row -> statuses.put(row.get("id"), row.get("status"))));
    return statuses;
  }

  /** What the result topic tells readers of committed records. */
  List<ResultEvent> events() {
    return results().stream().map(each -> ResultEvent.parse(each.value()).orElseThrow()).toList();
  }

  /** The committed records of the result topic. */
  List<ConsumerRecord<byte[], byte[]>> results() {
    return topic.committed(given.get("topic.results"));
  }

  List<ConsumerRecord<byte[], byte[]>> dead() {
    return topic.committed(given.get("topic.dead"));
  }

  <T> T ask(String sql, Class<T> type, Object... arguments) {
    return jdbi().withHandle(handle -> handle.select(sql, arguments).mapTo(type).one());
  }

  void execute(String sql, Object... arguments) {
    database.jdbi().useHandle(handle -> handle.execute(sql, arguments));
  }

  @Override
  public void close() {
    parts.close();
  }
}
