package io.duly.operations;

import io.duly.orders.Lanes;
import io.duly.orders.OrdersTable;
import io.duly.orders.Schema;
import io.duly.orders.TableInspector;
import io.duly.orders.TopicCheck;
import io.duly.orders.Topics;
import io.duly.runtime.Database;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import org.apache.kafka.clients.admin.Admin;

/** An installation of Duly that settings name: its database, its orders table and its topics. */
public record Installation(Settings settings, Database database, OrdersTable table, Topics topics)
    implements AutoCloseable {
  /** Opens it as it is; throws UserError where a part is missing or not reachable. */
  public static Installation open(Settings settings, String name) {
    Installation found = find(settings, name);
    try (Admin admin = new KafkaClients(settings).admin()) {
      Schema.requireCreated(found.database.jdbi());
      found.topics.requireCreated(admin);
      return found;
    } catch (RuntimeException e) {
      found.close();
      throw e;
    }
  }

  /**
   * As {@link #open}, for a process that works on it: warns of topics that may lose records, and
   * throws UserError too where the lanes leave no partition over.
   */
  public static Installation openToWork(Settings settings, String name) {
    Installation found = open(settings, name);
    try (Admin admin = new KafkaClients(settings).admin()) {
      new TopicCheck(admin, settings).beforeWork(found.topics.kept());
      Lanes.of(settings).requireRoom(found.topics.due(), found.topics.partitionsOfDue(admin));
      return found;
    } catch (RuntimeException e) {
      found.close();
      throw e;
    }
  }

  /** Makes what is missing of it, and opens it. */
  public static Installation create(Settings settings) {
    Installation found = find(settings, "duly-init");
    try (Admin admin = new KafkaClients(settings).admin()) {
      Schema.create(found.database.jdbi(), found.table, settings);
      found.topics.create(admin, settings);
      return found;
    } catch (RuntimeException e) {
      found.close();
      throw e;
    }
  }

  /** Opens what is there before anything is made. */
  public static Installation find(Settings settings, String name) {
    settings.require("database.url", "kafka.bootstrap.servers");
    Database database = Database.open(settings, name);
    try {
      OrdersTable table =
          database.jdbi().withHandle(handle -> TableInspector.inspect(handle, settings));
      new KafkaClients(settings).checkReachable();
      return new Installation(settings, database, table, Topics.of(settings));
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
