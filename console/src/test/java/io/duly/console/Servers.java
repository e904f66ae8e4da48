package io.duly.console;

import io.duly.operations.Installation;
import io.duly.runtime.Settings;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import io.duly.sandbox.SampleOrders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** A database with an installation, and a broker, for all tests of this JVM. */
final class Servers implements AutoCloseable {
  static final String TOKEN = "a token of some length";

  private final Path folder;
  private final EmbeddedPostgres postgres;
  private final EmbeddedBroker broker;

  Servers(Path folder) {
    this.folder = folder;
    this.postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    this.broker = EmbeddedBroker.start(folder.resolve("kafka"));
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl())) {
      SampleOrders.createTable(connection, "public.orders");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Installation.create(settings()).close();
  }

  Path folder() {
    return folder;
  }

  /** The settings of the installation, and over them those given as keys and values. */
  Settings settings(String... given) {
    Map<String, String> settings = new HashMap<>();
    settings.put("database.url", postgres.jdbcUrl());
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("topic.replication", "1");
    settings.put("api.contract", "idempotent");
    for (int i = 0; i < given.length; i += 2) {
      settings.put(given[i], given[i + 1]);
    }
    return Settings.of(settings);
  }

  /** A file with {@link #TOKEN}. */
  String tokenFile() throws IOException {
    Path file = folder.resolve("token");
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, TOKEN);
    }
    return file.toString();
  }

  /** A console with these settings. */
  Open open(String... given) {
    Installation installation = Installation.open(settings(given), "console-test");
    try {
      return new Open(installation, Console.start(installation, 0));
    } catch (RuntimeException e) {
      installation.close();
      throw e;
    }
  }

  /** Empties what the tests fill. */
  void empty() {
    execute(
        "TRUNCATE orders, duly.run, duly.attempt, duly.retry, duly.run_counter, duly.decision, duly.replay RESTART IDENTITY");
    execute("UPDATE duly.permit SET paused = NULL, paused_at = NULL");
  }

  void execute(String sql) {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        var statement = connection.createStatement()) {
      boolean unused = statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Rows of {@code from}, a table with a condition if wanted. */
  long count(String from) {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        var rows = connection.createStatement().executeQuery("SELECT count(*) FROM " + from)) {
      boolean unused = rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    broker.close();
    postgres.close();
  }
}
