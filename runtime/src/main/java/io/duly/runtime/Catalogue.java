package io.duly.runtime;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import java.net.URI;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * Every setting of Duly: key, default, what is allowed, what it is for. {@code docs/settings.md} is
 * made from it.
 */
final class Catalogue {
  /** Keys under this prefix go to the Kafka clients as they are, less the prefix. */
  static final String KAFKA = "kafka.";

  private static final Pattern STATUS_LIST =
      Pattern.compile("|\\d{3}(-\\d{3})?(,\\d{3}(-\\d{3})?)*");

  private Catalogue() {}

  static ConfigDef settings() {
    ConfigDef def = new ConfigDef();
    database(def);
    orders(def);
    topics(def);
    api(def);
    worker(def);
    reconciler(def);
    return def;
  }

  private static void database(ConfigDef def) {
    text(
        def,
        "installation",
        "duly",
        HIGH,
        "Name of this installation: namespace of the idempotency keys, name of the publication and the replication slot. Never change it while orders are under way.");
    text(
        def,
        "database.url",
        "",
        HIGH,
        "JDBC URL of the PostgreSQL database (15 or newer), jdbc:postgresql://host:port/database.");
    text(
        def,
        "database.user",
        "",
        HIGH,
        "User of the database; it needs the privileges that `duly init --dry-run` prints.");
    secret(def, "database.password", "Password of the database user.");
    text(
        def,
        "database.password-file",
        "",
        MEDIUM,
        "File that holds the password of the database user; wins over database.password.");
    number(def, "database.pool-size", 8, 2, LOW, "Connections a process holds at most.");
    number(
        def,
        "health.port",
        0,
        0,
        LOW,
        "Port of GET /livez and /readyz on all interfaces; 0 serves none.");
  }

  private static void orders(ConfigDef def) {
    text(def, "orders.table", "public.orders", HIGH, "The orders table, schema-qualified.");
    text(def, "orders.id-column", "id", HIGH, "Its primary key: bigint, integer, uuid or text.");
    text(
        def,
        "orders.status-column",
        "status",
        HIGH,
        "Its status column: text, varchar or an enum type. The only column that Duly writes.");
    for (String status :
        new String[] {"pending", "processing", "completed", "failed", "in-doubt", "cancelled"}) {
      text(
          def,
          "orders.status." + status,
          status.replace('-', '_').toUpperCase(java.util.Locale.ROOT),
          MEDIUM,
          "Value of the status column that stands for " + status + ".");
    }
    text(
        def,
        "orders.filter",
        "",
        MEDIUM,
        "SQL condition on the orders table that limits which pending orders are due, as in `order_date < current_date`; empty takes all.");
    text(
        def,
        "orders.body-columns",
        "",
        MEDIUM,
        "Columns that make the request's JSON body, comma-separated, the id among them; empty takes all but the status.");
  }

  private static void topics(ConfigDef def) {
    text(
        def,
        "kafka.bootstrap.servers",
        "",
        HIGH,
        "Kafka's bootstrap servers, host:port,… (4.0 or newer). Other keys under kafka. go to the Kafka clients as they are.");
    text(def, "topic.due", "orders.due", MEDIUM, "Topic of the ids of the orders that are due.");
    text(
        def,
        "topic.results",
        "orders.results",
        MEDIUM,
        "Topic of the results, one event per outcome; read it with isolation.level=read_committed.");
    text(
        def,
        "topic.dead",
        "orders.dead",
        MEDIUM,
        "Topic of the records that could not be read, with their origin in headers.");
    number(
        def, "topic.partitions", 8, 1, MEDIUM, "Partitions of a topic that `duly init` creates.");
    number(
        def,
        "topic.replication",
        -1,
        -1,
        MEDIUM,
        "Replication of a topic that `duly init` creates; -1 is the broker's default.");
    number(def, "ingest.page", 10_000, 1, LOW, "Ids that ingest reads and publishes at a time.");
  }

  private static void api(ConfigDef def) {
    def.define(
        "api.contract",
        ConfigDef.Type.STRING,
        "",
        ConfigDef.ValidString.in("", "idempotent", "lookup", "neither"),
        HIGH,
        "What the API promises: `idempotent` (honours an idempotency key), `lookup` (can be asked whether an order was executed), `neither`. No default: a wrong guess costs money.");
    def.define(
        "api.url",
        ConfigDef.Type.STRING,
        "",
        uri(),
        HIGH,
        "URL that an order is posted to; {id} stands for the order id.");
    def.define(
        "api.lookup-url",
        ConfigDef.Type.STRING,
        "",
        uri(),
        HIGH,
        "URL that tells what became of an order, {id} stands for its id. Wanted by contract lookup.");
    text(
        def,
        "api.key-header",
        "Idempotency-Key",
        MEDIUM,
        "Header that carries the idempotency key.");
    duration(
        def,
        "api.key-retention",
        "24h",
        HIGH,
        "How long the API remembers an idempotency key. Automatic retries end a twelfth of it earlier.");
    duration(
        def,
        "api.timeout",
        "10s",
        HIGH,
        "Limit of one call, from connecting to the last byte of the answer.");
    duration(
        def,
        "api.processing-time",
        "10s",
        HIGH,
        "How long the API may still work on a request after its client has gone; doubt is not settled before.");
    number(def, "api.concurrency", 64, 1, HIGH, "Calls under way at most, for each worker.");
    number(
        def, "api.rate", 0, 0, HIGH, "Calls per second over all workers together; 0 sets no cap.");
    statuses(
        def,
        "api.success-status",
        "200-299",
        "HTTP status codes that mean the order was executed, as in 200-204,208.");
    statuses(
        def,
        "api.failure-status",
        "",
        "HTTP status codes that mean a final refusal of this order, as in 402,410. What no rule names is doubt, never failure.");
    text(
        def,
        "api.reference-pointer",
        "/reference",
        LOW,
        "JSON pointer to the API's own reference in its answer, kept with the attempt.");
    number(
        def,
        "api.max-response-bytes",
        1_048_576,
        1024,
        LOW,
        "A larger answer counts as unreadable.");
  }

  private static void worker(ConfigDef def) {
    text(def, "worker.group", "duly-workers", MEDIUM, "Consumer group of the workers.");
    text(
        def,
        "worker.id",
        "",
        LOW,
        "Name of this worker, unique among those alive; empty makes one.");
    number(
        def,
        "worker.window",
        500,
        1,
        MEDIUM,
        "Orders a worker has claimed and not yet recorded, at most.");
    duration(
        def,
        "worker.send-window",
        "5s",
        MEDIUM,
        "No request of a claim starts later than this after the claim.");
    duration(
        def, "worker.heartbeat-interval", "1s", LOW, "How often a worker shows that it lives.");
    duration(
        def,
        "worker.heartbeat-timeout",
        "10s",
        MEDIUM,
        "Without a heartbeat for this long a worker is dead and its orders are moved.");
    duration(
        def,
        "worker.drain-timeout",
        "20s",
        LOW,
        "How long a stopping worker waits for answers under way.");
    number(
        def,
        "retry.max-attempts",
        20,
        1,
        MEDIUM,
        "Attempts on one order; then it is left in doubt for an operator.");
    duration(
        def,
        "retry.first-wait",
        "1s",
        LOW,
        "Wait before the second attempt; doubles with each, with jitter.");
    duration(def, "retry.max-wait", "5m", LOW, "Longest wait between attempts.");
  }

  private static void reconciler(ConfigDef def) {
    duration(
        def,
        "reconciler.interval",
        "1s",
        LOW,
        "How often the reconciler looks for dead workers, due retries and doubts.");
    number(
        def,
        "reconciler.requeues-per-minute",
        100_000,
        1,
        MEDIUM,
        "Orders it moves at most in a minute, against a clock gone mad.");
    def.define(
        "reconciler.retry-not-executed",
        ConfigDef.Type.BOOLEAN,
        false,
        HIGH,
        "Whether an order that a lookup proves not executed is tried again without an operator.");
  }

  private static void text(
      ConfigDef def, String key, String value, ConfigDef.Importance importance, String doc) {
    def.define(key, ConfigDef.Type.STRING, value, importance, doc);
  }

  private static void secret(ConfigDef def, String key, String doc) {
    def.define(key, ConfigDef.Type.PASSWORD, "", HIGH, doc);
  }

  private static void number(
      ConfigDef def,
      String key,
      int value,
      int least,
      ConfigDef.Importance importance,
      String doc) {
    def.define(key, ConfigDef.Type.INT, value, ConfigDef.Range.atLeast(least), importance, doc);
  }

  private static void duration(
      ConfigDef def, String key, String value, ConfigDef.Importance importance, String doc) {
    def.define(key, ConfigDef.Type.STRING, value, check(Durations::parse), importance, doc);
  }

  private static void statuses(ConfigDef def, String key, String value, String doc) {
    def.define(
        key,
        ConfigDef.Type.STRING,
        value,
        check(
            text -> {
              if (!isStatusList(text.replace(" ", ""))) {
                throw new IllegalArgumentException(
                    "'" + text + "' is no list of HTTP status codes: write it as in 200-204,208");
              }
            }),
        HIGH,
        doc);
  }

  private static boolean isStatusList(String text) {
    return STATUS_LIST.matcher(text).matches()
        && Arrays.stream(text.split(",", -1))
            .map(part -> part.split("-", -1))
            .allMatch(ends -> ends[0].compareTo(ends[ends.length - 1]) <= 0);
  }

  private static ConfigDef.Validator uri() {
    return check(
        text -> {
          String scheme =
              text.isEmpty() ? "http" : URI.create(text.replace("{id}", "0")).getScheme();
          if (!Arrays.asList("http", "https").contains(scheme)) {
            throw new IllegalArgumentException("'" + text + "' is no http or https URL");
          }
        });
  }

  private interface Check {
    void accept(String value);
  }

  private static ConfigDef.Validator check(Check check) {
    return (key, value) -> {
      try {
        check.accept(String.valueOf(value));
      } catch (IllegalArgumentException e) {
        throw new ConfigException(key, value, e.getMessage());
      }
    };
  }
}
