package io.duly.orders;

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
import java.util.stream.Stream;

/** A PostgreSQL on a folder of its own below target, which goes with it. */
final class Server implements AutoCloseable {
  private final Path folder;
  private final EmbeddedPostgres postgres;

  private Server(Path folder, EmbeddedPostgres postgres) {
    this.folder = folder;
    this.postgres = postgres;
  }

  static Server start(Map<String, String> settings) {
    try {
      Path parent = Files.createDirectories(Path.of("target", "tmp"));
      Path folder = Files.createTempDirectory(parent, "postgres").toAbsolutePath();
      return new Server(folder, EmbeddedPostgres.start(folder, settings));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The URL of database postgres. */
  String url() {
    return postgres.jdbcUrl();
  }

  /** Makes an empty database and returns its URL. */
  String newDatabase(String name) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return url().replace("/postgres?", "/" + name + "?");
  }

  @Override
  public void close() {
    postgres.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
