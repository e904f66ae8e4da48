package io.duly.operations;

import io.duly.runtime.Database;
import io.duly.runtime.Settings;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import io.duly.sandbox.SampleOrders;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.HashMap;
import java.util.Map;

/** A database and a broker with an installation of Duly on them. */
final class Site implements AutoCloseable {
  private final EmbeddedPostgres postgres;
  private final EmbeddedBroker broker;

  Site(Path folder) throws Exception {
    this.postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    this.broker = EmbeddedBroker.start(folder.resolve("kafka"));
    try (Connection connection = Database.connect(settings())) {
      SampleOrders.createTable(connection, "public.orders");
    }
    Installation.create(settings()).close();
  }

  Settings settings(String... given) {
    Map<String, String> settings = new HashMap<>();
    settings.put("database.url", postgres.jdbcUrl());
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("topic.replication", "1");
    settings.put("topic.partitions", "2");
    settings.put("api.contract", "idempotent");
    for (int i = 0; i < given.length; i += 2) {
      settings.put(given[i], given[i + 1]);
    }
    return Settings.of(settings);
  }

  Installation open(String... given) {
    return Installation.open(settings(given), "operations-test");
  }

  void stopBroker() {
    broker.close();
  }

  @Override
  public void close() {
    broker.close();
    postgres.close();
  }
}
