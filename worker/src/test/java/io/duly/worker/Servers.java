package io.duly.worker;

import io.duly.runtime.Parts;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The PostgreSQL and the broker that all tests of this JVM share, with their data below target. */
final class Servers implements AutoCloseable {
  private final Path folder;
  private final EmbeddedPostgres postgres;
  private final Map<String, String> brokerSettings;
  private final Map<String, String> clientSettings;
  private EmbeddedBroker broker;
  private final Parts parts = new Parts();

  Servers() {
    this(Map.of(), Map.of());
  }

  /**
   * Servers whose broker has {@code brokerSettings} over its own, and whose clients need {@code
   * clientSettings}.
   */
  Servers(Map<String, String> brokerSettings, Map<String, String> clientSettings) {
    this.clientSettings = clientSettings;
    this.brokerSettings = brokerSettings;
    try {
      Path parent = Files.createDirectories(Path.of("target", "tmp"));
      this.folder = Files.createTempDirectory(parent, "servers").toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    parts.add(() -> delete(folder));
    CompletableFuture<EmbeddedPostgres> starting =
        CompletableFuture.supplyAsync(
            () ->
                EmbeddedPostgres.start(
                    folder.resolve("postgres"),
                    Map.of(
                        "fsync", "off", "max_replication_slots", "50", "max_wal_senders", "50")));
    this.broker = startBroker();
    parts.add(() -> broker.close());
    this.postgres = parts.add(starting.join());
  }

  private EmbeddedBroker startBroker() {
    return EmbeddedBroker.start(folder.resolve("kafka"), brokerSettings);
  }

  /** Stops the broker; {@code meanwhile} runs without one; the same broker starts again. */
  void restartBroker(Runnable meanwhile) {
    broker.close();
    meanwhile.run();
    broker = startBroker();
  }

  /** What clients need, as settings of Duly. */
  Map<String, String> clientSettings() {
    return clientSettings;
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** A new folder for the files of a test. */
  Path newFolder(String name) {
    try {
      return Files.createDirectories(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes an empty database and returns its URL. */
  String newDatabase(String name) {
    execute("CREATE DATABASE " + name);
    return postgres.jdbcUrl().replace("/postgres?", "/" + name + "?");
  }

  void dropDatabase(String name) {
    execute("DROP DATABASE " + name + " WITH (FORCE)");
  }

  private void execute(String sql) {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void close() {
    parts.close();
  }
}
