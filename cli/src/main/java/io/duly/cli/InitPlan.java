package io.duly.cli;

import io.duly.operations.Installation;
import io.duly.orders.OrdersTable;
import io.duly.orders.Privileges;
import io.duly.orders.Publications;
import io.duly.orders.Schema;
import io.duly.orders.Slots;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import java.io.PrintWriter;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What `duly init` would make, as SQL with comments. Changes nothing. */
final class InitPlan {
  private final Installation installation;
  private final Settings settings;
  private final Jdbi jdbi;
  private final String role;

  InitPlan(Installation installation, @Nullable String role) {
    this.installation = installation;
    this.settings = installation.settings();
    this.jdbi = installation.database().jdbi();
    String user = settings.text("database.user");
    this.role = role != null ? role : user.isEmpty() ? "duly" : user;
  }

  void print(PrintWriter out) {
    OrdersTable table = installation.table();
    List<String> scripts = Schema.pending(jdbi, table, settings);
    List<String> publication = new Publications(jdbi, table, settings).statements();
    List<NewTopic> topics = topics();
    out.printf(
        "-- What `duly init` would make beside %s. Nothing was changed, and nothing of that table will be.%n",
        table.name());
    out.println(
        "-- `duly init` runs 1 to 4, as the owner of the table; 5 is for the administrator.");

    out.printf("%n-- 1. Duly's own tables, in a schema of their own%s%n", done(scripts));
    if (!scripts.isEmpty()) {
      out.println("CREATE SCHEMA IF NOT EXISTS duly;");
      out.println("SET search_path = duly;");
      scripts.forEach(out::println);
      out.println("RESET search_path;");
    }
    out.printf(
        "%n-- 2. The publication: which of the table's changes the log gives%s%n",
        done(publication));
    publication.forEach(each -> out.println(each + ";"));
    String slot = Schema.slot(settings);
    boolean hasSlot = new Slots(jdbi).find(slot).isPresent();
    out.printf(
        "%n-- 3. The replication slot, which keeps the log until the reconciler has read it%s%n",
        hasSlot ? ": is there" : "");
    if (!hasSlot) {
      out.printf("SELECT pg_create_logical_replication_slot('%s', 'pgoutput');%n", slot);
    }
    out.printf("%n-- 4. Topics%s%n", done(topics));
    topics.forEach(each -> out.println("-- " + command(each)));
    out.printf("%n-- 5. What the role %s needs, and nothing else%n", role);
    String database =
        jdbi.withHandle(
            handle -> handle.createQuery("SELECT current_database()").mapTo(String.class).one());
    for (Privileges.Grant each : Privileges.of(table, database, role)) {
      out.printf("%s; -- %s: %s%n", each.sql(), each.who(), each.reason());
    }
    out.flush();
  }

  private static String done(List<?> missing) {
    return missing.isEmpty() ? ": is there" : "";
  }

  private List<NewTopic> topics() {
    try (Admin admin = new KafkaClients(settings).admin()) {
      return installation.topics().missing(admin, settings);
    }
  }

  private String command(NewTopic topic) {
    String configs =
        topic.configs() == null
            ? ""
            : new TreeMap<>(topic.configs())
                .entrySet().stream()
                    .map(each -> " --config " + each.getKey() + "=" + each.getValue())
                    .collect(Collectors.joining());
    return "kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions %d --replication-factor %d%s"
        .formatted(
            settings.text("kafka.bootstrap.servers"),
            topic.name(),
            topic.numPartitions(),
            topic.replicationFactor(),
            configs);
  }
}
