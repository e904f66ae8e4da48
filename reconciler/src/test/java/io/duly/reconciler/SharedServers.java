package io.duly.reconciler;

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
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The PostgreSQL and the broker that the tests of this JVM share, with their data below target.
 * Each site has a database and topics of its own there; the slot's name is the same for all, so
 * there is one site at a time.
 */
final class SharedServers implements AutoCloseable {
  private final Path folder;
  private final EmbeddedPostgres postgres;
  private final EmbeddedBroker broker;
  private final Parts parts = new Parts();
  private final AtomicInteger numbers = new AtomicInteger();

  SharedServers() {
    try {
      Path parent = Files.createDirectories(Path.of("target", "tmp"));
      this.folder = Files.createTempDirectory(parent, "servers").toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    parts.add(() -> delete(folder));
    CompletableFuture<EmbeddedPostgres> starting =
        CompletableFuture.supplyAsync(
            () -> EmbeddedPostgres.start(folder.resolve("postgres"), Map.of("fsync", "off")));
    this.broker = parts.add(EmbeddedBroker.start(folder.resolve("kafka")));
    this.postgres = parts.add(starting.join());
  }

  /** A new database, and names for topics that are not there yet. */
  Ground ground() {
    String name = "t" + numbers.incrementAndGet();
    execute("CREATE DATABASE " + name);
    Map<String, String> settings = new HashMap<>();
    settings.put("database.url", postgres.jdbcUrl().replace("/postgres?", "/" + name + "?"));
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("worker.group", name + "-workers");
    for (String topic : new String[] {"due", "results", "dead", "intents"}) {
      settings.put("topic." + topic, name + "." + topic);
    }
    return new Ground() {
      @Override
      public Map<String, String> settings() {
        return settings;
      }

      @Override
      public void close() {
        // and the slots on it, which a walsender may leave a moment after its client has gone
        Awaitility.await()
            .ignoreExceptions()
            .untilAsserted(() -> execute("DROP DATABASE " + name + " WITH (FORCE)"));
      }
    };
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
