package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.Map;

/** Servers that one site has for itself, for tests that do them harm or need settings for them. */
final class OwnServers implements Ground {
  private final Path folder;
  private final Map<String, String> server;
  private final EmbeddedBroker broker;
  private EmbeddedPostgres postgres;

  private OwnServers(Path folder, Map<String, String> server) {
    this.folder = folder;
    this.server = server;
    this.postgres = EmbeddedPostgres.start(folder.resolve("postgres"), server);
    this.broker = EmbeddedBroker.start(folder.resolve("kafka"));
  }

  /** In {@code folder}, with settings for PostgreSQL. */
  static OwnServers start(Path folder, Map<String, String> server) {
    return new OwnServers(folder, server);
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        "database.url", postgres.jdbcUrl(), "kafka.bootstrap.servers", broker.bootstrapServers());
  }

  /** Kills PostgreSQL and starts it again on the same port. */
  void crash() {
    int port = postgres.port();
    postgres.kill();
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"), server);
    assertThat(postgres.port()).isEqualTo(port);
  }

  @Override
  public void close() {
    broker.close();
    postgres.close();
  }
}
