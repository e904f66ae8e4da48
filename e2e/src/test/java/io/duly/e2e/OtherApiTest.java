package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.api.OrderApis;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An API that is not HTTP, put in from outside. */
class OtherApiTest {
  @TempDir Path folder;

  @Test
  void theWholePipelineRunsOnAProviderFromOutside() throws Exception {
    Path file = folder.resolve("executed.txt");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"))) {
      List<String> settings =
          List.of(
              "--set",
              "database.url=" + postgres.jdbcUrl(),
              "--set",
              "kafka.bootstrap.servers=" + broker.bootstrapServers(),
              "--set",
              "topic.replication=1",
              "--set",
              "api.contract=neither",
              "--set",
              "api.provider=ledger-file",
              "--set",
              "api.option.file=" + file);
      duly(settings, "sample-orders", "--count", "100");
      duly(settings, "init");

      try (RunningDuly duly = RunningDuly.start(settings)) {
        Awaitility.await()
            .atMost(Duration.ofMinutes(2))
            .until(() -> !duly.isAlive() || completed(postgres) == 100);
      }
    }

    assertThat(Files.readAllLines(file)).hasSize(100).doesNotHaveDuplicates();
  }

  @Test
  void anUnknownProviderIsAnsweredWithThoseThatAreThere() {
    Settings settings = Settings.of(Map.of("api.provider", "smtp"));

    assertThatThrownBy(() -> OrderApis.open(settings, "w1"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no provider is called 'smtp'; found: http (")
        .hasMessageContaining("ledger-file (io.duly.e2e.LedgerFileApi)");
  }

  private static void duly(List<String> settings, String command, String... more) {
    List<String> args = new ArrayList<>(List.of(command));
    args.addAll(settings);
    args.addAll(List.of(more));
    Command done = Command.run(args.toArray(String[]::new));
    assertThat(done.exitCode()).as(done.notes()).isZero();
  }

  private static long completed(EmbeddedPostgres postgres) throws Exception {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT count(*) FROM orders WHERE status = 'COMPLETED'")) {
      row.next();
      return row.getLong(1);
    }
  }
}
