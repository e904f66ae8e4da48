package io.duly.reconciler;

import io.duly.orders.LogBeat;
import io.duly.orders.OrdersTable;
import io.duly.orders.PublicationForm;
import io.duly.orders.Schema;
import io.duly.runtime.Database;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.List;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * Debezium's properties: our slot and publication, id and status, our messages, no snapshot,
 * offsets kept by the slot alone.
 */
final class FeedProperties {
  private static final List<String> SSL =
      List.of("sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword");

  private FeedProperties() {}

  static Properties of(Settings settings, OrdersTable table, PublicationForm form) {
    Properties properties = new Properties();
    database(settings, properties);
    source(properties, Schema.slot(settings), table, form);
    engine(properties);
    return properties;
  }

  private static void source(
      Properties properties, String slot, OrdersTable table, PublicationForm form) {
    properties.setProperty("name", slot);
    properties.setProperty("topic.prefix", slot);
    properties.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    properties.setProperty("plugin.name", "pgoutput");
    properties.setProperty("slot.name", slot);
    properties.setProperty("publication.name", slot);
    properties.setProperty("publication.autocreate.mode", "disabled");
    properties.setProperty("snapshot.mode", "no_data");
    String name = pattern(table.name());
    properties.setProperty("table.include.list", name);
    if (form == PublicationForm.ROWS) {
      properties.setProperty(
          "column.include.list",
          name + "\\." + pattern(table.id()) + "," + name + "\\." + pattern(table.status()));
    }
    properties.setProperty("skipped.operations", "c,d,t");
    properties.setProperty(
        "logical.decoding.message.prefix.include.list", slot + "," + LogBeat.prefix(slot));
    properties.setProperty("slot.max.retries", "1");
    properties.setProperty("slot.retry.delay.ms", "500");
    properties.setProperty("provide.transaction.metadata", "false");
  }

  private static String pattern(String quoted) {
    return quoted.replace("\"", "").replace(".", "\\.");
  }

  /**
   * A failure ends the engine at once, because who starts it anew looks first at what has happened.
   * Each position that is marked goes to the slot at once. Another's huge transaction fills the
   * queue, not the heap.
   */
  private static void engine(Properties properties) {
    properties.setProperty(
        "offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    properties.setProperty("heartbeat.interval.ms", "0");
    properties.setProperty("poll.interval.ms", "50");
    properties.setProperty("max.batch.size", "8192");
    properties.setProperty("max.queue.size", "16384");
    properties.setProperty("max.queue.size.in.bytes", "33554432");
    properties.setProperty("errors.max.retries", "0");
    properties.setProperty("task.management.timeout.ms", "30000");
  }

  private static void database(Settings settings, Properties properties) {
    Properties url = Driver.parseURL(settings.text("database.url"), Database.properties(settings));
    if (url == null) {
      throw new UserError("database.url is no URL of PostgreSQL");
    }
    properties.setProperty("database.hostname", url.getProperty("PGHOST"));
    properties.setProperty("database.port", url.getProperty("PGPORT"));
    properties.setProperty("database.dbname", url.getProperty("PGDBNAME"));
    properties.setProperty(
        "database.user", url.getProperty("user", System.getProperty("user.name")));
    properties.setProperty("database.password", url.getProperty("password", ""));
    // a feed whose process is frozen leaves the slot as soon as the lock
    properties.setProperty("driver.options", "-c wal_sender_timeout=" + Leadership.IDLE.toMillis());
    for (String each : SSL) {
      String given = url.getProperty(each);
      if (given != null) {
        properties.setProperty("database." + each, given);
      }
    }
  }
}
