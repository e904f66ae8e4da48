package io.duly.runtime;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import java.util.List;

/** The settings of the database, the orders table and the topics. */
final class ShopSettings {
  private ShopSettings() {}

  static void define(Definitions def) {
    database(def);
    orders(def);
    topics(def);
  }

  private static void database(Definitions def) {
    def.text(
        "installation",
        "duly",
        HIGH,
        "Name of this installation: namespace of the idempotency keys, name of the publication and the replication slot. Never change it while orders are under way.");
    def.text(
        "database.url",
        "",
        HIGH,
        "JDBC URL of the PostgreSQL database (15 or newer), jdbc:postgresql://host:port/database.");
    def.text(
        "database.user",
        "",
        HIGH,
        "User of the database; it needs the privileges that `duly init --dry-run` prints.");
    def.secret("database.password", "Password of the database user.");
    def.text(
        "database.password-file",
        "",
        MEDIUM,
        "File that holds the password of the database user; wins over database.password.");
    def.number("database.pool-size", 8, 2, LOW, "Connections a process holds at most.");
    def.number(
        "health.port",
        0,
        0,
        LOW,
        "Port of GET /livez, /readyz and /metrics on all interfaces; 0 serves none.");
    def.flag(
        "tracing",
        "Whether each published order begins a trace, told by the header traceparent of its record, its call and its result; adds 70 bytes to each record.");
  }

  private static void orders(Definitions def) {
    def.text("orders.table", "public.orders", HIGH, "The orders table, schema-qualified.");
    def.text(
        "orders.id-column", "id", HIGH, "Its primary key: bigint, integer, uuid, text or varchar.");
    def.text(
        "orders.status-column",
        "status",
        HIGH,
        "Its status column: text, varchar, an enum, a domain or an integer. The only column that Duly writes.");
    for (String status :
        new String[] {"pending", "processing", "completed", "failed", "in-doubt", "cancelled"}) {
      def.text(
          "orders.status." + status,
          status.replace('-', '_').toUpperCase(java.util.Locale.ROOT),
          MEDIUM,
          "Value of the status column that stands for " + status + ".");
    }
    def.text(
        "orders.filter",
        "",
        MEDIUM,
        "SQL condition on the orders table that limits which pending orders are due, as in `order_date < current_date`; empty takes all.");
    def.text(
        "orders.ordering-column",
        "",
        MEDIUM,
        "Column whose value chooses the partition of an order's record, such as the customer: orders of one value are then claimed in the order of their ids, by one worker at a time; empty takes the id. See docs/kafka.md.");
    def.text(
        "orders.body-columns",
        "",
        MEDIUM,
        "Columns that make the request's JSON body, comma-separated, the id among them; empty takes all but the status.");
    def.choice(
        "orders.publish",
        "columns",
        List.of("columns", "rows", "messages"),
        "What the log gives of the table's updates at most: columns (replica identity, id, status), rows (whole rows; the owner may alter replica identity and columns at any time) or messages (no row, so that nothing the owner alters can fail; changes by others are then seen by sweeps only).");
  }

  private static void topics(Definitions def) {
    def.text(
        "kafka.bootstrap.servers",
        "",
        HIGH,
        "Kafka's bootstrap servers, host:port,… (4.0 or newer). Other keys under kafka. go to the Kafka clients as they are.");
    def.text("topic.due", "orders.due", MEDIUM, "Topic of the ids of the orders that are due.");
    def.text(
        "topic.results",
        "orders.results",
        MEDIUM,
        "Topic of the results, one event per outcome; read it with isolation.level=read_committed.");
    def.text(
        "topic.dead",
        "orders.dead",
        MEDIUM,
        "Topic of the records that could not be read, with their origin in headers.");
    def.text(
        "topic.intents",
        "orders.intents",
        MEDIUM,
        "Topic of what workers are about to send under the contracts lookup and neither; it outlives a database that forgets commits.");
    def.number("topic.partitions", 8, 1, MEDIUM, "Partitions of a topic that `duly init` creates.");
    def.lanes(
        "topic.lanes",
        "Lanes beside the main one, each with the number of its partitions of topic.due, as in `urgent:2,slow:1`: the first partitions of the topic in that order; all others are the main lane. See docs/lanes.md.");
    def.number(
        "topic.replication",
        -1,
        -1,
        MEDIUM,
        "Replication of a topic that `duly init` creates; -1 is the broker's default.");
    def.duration(
        "topic.retention",
        "14d",
        MEDIUM,
        "How long the topics of due orders, results and intents that `duly init` creates keep their records; at least runs.longest.");
    def.duration(
        "runs.longest",
        "7d",
        MEDIUM,
        "The longest that a run takes with its pauses and outages. `duly init` refuses topics that keep their records for less, and what starts later warns of them.");
    def.duration(
        "ingest.patience",
        "30s",
        LOW,
        "A run whose publisher has saved nothing for this long is taken over by another.");
    def.number("ingest.page", 10_000, 1, LOW, "Ids that ingest publishes at a time, at most.");
    def.text(
        "ingest.after",
        "",
        MEDIUM,
        "SQL expression of an id, asked for when a run begins: orders up to it are not looked at, so that a table of mostly finished rows is not read from its start, as in `(SELECT max(id) FROM orders WHERE order_date < current_date - 60)`. Empty or null looks at all.");
  }
}
