package io.duly.reconciler;

import io.duly.orders.OrdersTable;
import io.duly.orders.Schema;
import io.duly.runtime.Database;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * Debezium's properties: our slot and publication, two columns, our messages, no snapshot, offsets
 * kept by the slot alone.
 */
final class FeedProperties {
  private FeedProperties() {}

  static Properties of(Settings settings, OrdersTable table) {
    Properties properties = new Properties();
    database(settings, properties);
    String slot = Schema.slot(settings);
    properties.setProperty("name", slot);
    properties.setProperty("topic.prefix", slot);
    properties.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    properties.setProperty("plugin.name", "pgoutput");
    properties.setProperty("slot.name", slot);
    properties.setProperty("publication.name", slot);
    properties.setProperty("publication.autocreate.mode", "disabled");
    properties.setProperty("snapshot.mode", "no_data");
    properties.setProperty(
        "table.include.list", table.name().replace("\"", "").replace(".", "\\."));
    properties.setProperty("logical.decoding.message.prefix.include.list", slot);
    properties.setProperty(
        "offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
    properties.setProperty("offset.flush.interval.ms", "500");
    properties.setProperty("heartbeat.interval.ms", "2000");
    properties.setProperty("poll.interval.ms", "50");
    properties.setProperty("max.batch.size", "8192");
    properties.setProperty("max.queue.size", "16384");
    properties.setProperty("errors.max.retries", "0");
    properties.setProperty("slot.max.retries", "1");
    properties.setProperty("provide.transaction.metadata", "false");
    return properties;
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
    String sslMode = url.getProperty("sslmode");
    if (sslMode != null) {
      properties.setProperty("database.sslmode", sslMode);
    }
  }
}
