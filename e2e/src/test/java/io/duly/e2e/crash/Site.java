package io.duly.e2e.crash;

import io.duly.e2e.Sql;
import io.duly.runtime.Parts;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.Map;

/** The PostgreSQL and the broker that all rounds share. Thread-safe. */
final class Site implements AutoCloseable {
  private final Path folder;
  private final Parts parts = new Parts();
  private final EmbeddedPostgres postgres;
  private final EmbeddedBroker broker;

  private Site(Path folder) {
    this.folder = folder;
    this.postgres =
        parts.add(
            EmbeddedPostgres.start(
                folder.resolve("postgres"),
                Map.of(
                    "max_connections", "300",
                    "max_replication_slots", "50",
                    "max_wal_senders", "50",
                    "wal_sender_timeout", "5s")));
    this.broker = parts.add(EmbeddedBroker.start(folder.resolve("kafka")));
  }

  static Site open(Path folder) {
    return new Site(folder);
  }

  Path folder() {
    return folder;
  }

  int databasePort() {
    return postgres.port();
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** Makes an empty database and returns its URL. */
  String newDatabase(String name) {
    Sql.execute(postgres.jdbcUrl(), "CREATE DATABASE " + name);
    return postgres.jdbcUrl().replace("/postgres?", "/" + name + "?");
  }

  /** Drops a database with its replication slots; nobody may use these any more. */
  void dropDatabase(String name) {
    Sql.execute(
        postgres.jdbcUrl(),
        "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active AND database = '"
            + name
            + "'");
    Sql.execute(
        postgres.jdbcUrl().replace("/postgres?", "/" + name + "?"),
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()");
    Sql.execute(postgres.jdbcUrl(), "DROP DATABASE " + name + " WITH (FORCE)");
  }

  @Override
  public void close() {
    parts.close();
  }
}
