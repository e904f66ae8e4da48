package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each mistake of a user is one clear line, exit code 1, no stack trace, and leaves nothing that a
 * second try trips over.
 */
class BadInputTest {
  @TempDir static Path folder;
  private static EmbeddedPostgres postgres;
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
  }

  @AfterAll
  static void stop() {
    broker.close();
    postgres.close();
  }

  private static Command duly(String command, Map<String, String> changed, String... more) {
    Map<String, String> settings = new java.util.TreeMap<>();
    settings.put("database.url", postgres.jdbcUrl());
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("topic.replication", "1");
    settings.put("api.contract", "neither");
    settings.put("api.url", "http://127.0.0.1:1/orders");
    settings.putAll(changed);
    List<String> args = new ArrayList<>(List.of(command));
    settings.forEach((key, value) -> args.addAll(List.of("--set", key + "=" + value)));
    args.addAll(List.of(more));
    return Command.run(args.toArray(String[]::new));
  }

  private static void assertOneLine(Command command, String... parts) {
    assertThat(command.exitCode()).isEqualTo(1);
    assertThat(command.out()).isEmpty();
    assertThat(command.notes().lines()).hasSize(1);
    assertThat(command.notes())
        .startsWith("duly: ")
        .contains(parts)
        .doesNotContain("Exception", "\tat ");
  }

  private static void sql(String... statements) throws Exception {
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl());
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  @Test
  void anUnreachableDatabaseIsNamed() {
    Command command = duly("worker", Map.of("database.url", "jdbc:postgresql://127.0.0.1:1/shop"));

    assertOneLine(
        command,
        "PostgreSQL is not reachable at jdbc:postgresql://127.0.0.1:1/shop",
        "start it or mend database.url");
  }

  @Test
  void anUnreachableBrokerIsNamed() throws Exception {
    sql("CREATE TABLE IF NOT EXISTS reachable (id bigint PRIMARY KEY, status text)");

    Command command =
        duly(
            "init",
            Map.of("kafka.bootstrap.servers", "127.0.0.1:1", "orders.table", "public.reachable"));

    assertOneLine(command, "Kafka is not reachable at 127.0.0.1:1", "kafka.bootstrap.servers");
  }

  @Test
  void aServerWithoutLogicalDecodingIsRefused(@TempDir Path other) throws Exception {
    try (EmbeddedPostgres replica =
        EmbeddedPostgres.start(other.resolve("postgres"), Map.of("wal_level", "replica"))) {
      try (Connection connection = DriverManager.getConnection(replica.jdbcUrl());
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE orders (id bigint PRIMARY KEY, status text)");
      }

      Command command = duly("init", Map.of("database.url", replica.jdbcUrl()));

      assertOneLine(
          command, "wal_level of this server is replica", "ALTER SYSTEM SET wal_level = logical");
    }
  }

  @Test
  void aMissingTableIsNamedAndASecondTrySucceeds() throws Exception {
    Command missing = duly("init", Map.of("orders.table", "public.later", "installation", "later"));
    assertOneLine(missing, "table public.later does not exist");
    sql("CREATE TABLE later (id bigint PRIMARY KEY, status text)");

    Command again = duly("init", Map.of("orders.table", "public.later", "installation", "later"));

    assertThat(again.exitCode()).as(again.notes()).isZero();
  }

  @Test
  void aMissingColumnIsNamedWithThoseThereAre() throws Exception {
    sql("CREATE TABLE IF NOT EXISTS odd (id bigint PRIMARY KEY, state text)");

    Command command = duly("init", Map.of("orders.table", "public.odd"));

    assertOneLine(command, "table public.odd has no column status", "it has id, state");
  }

  @Test
  void anUnknownSettingIsRefusedWithWhatWasMeant() {
    Command command = duly("worker", Map.of("api.conract", "neither"));

    assertOneLine(command, "setting api.conract is unknown: did you mean api.contract?");
  }

  @Test
  void allMistakesOfTheSettingsAreToldAtOnce() {
    Command command =
        duly("worker", Map.of("api.timeout", "soon", "worker.window", "0", "kafka.acks", "1"));

    assertThat(command.exitCode()).isEqualTo(1);
    assertThat(command.notes().lines()).hasSize(3);
    assertThat(command.notes())
        .contains("api.timeout", "worker.window", "kafka.acks is Duly's own")
        .doesNotContain("\tat ");
  }

  @Test
  void aContractIsNeverGuessed() {
    Command command = duly("worker", Map.of("api.contract", ""));

    assertOneLine(command, "setting api.contract has no value");
  }

  @Test
  void aWorkerOfADatabaseWithoutInitSaysSo(@TempDir Path other) throws Exception {
    try (EmbeddedPostgres fresh = EmbeddedPostgres.start(other.resolve("postgres"));
        Connection connection = DriverManager.getConnection(fresh.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE orders (id bigint PRIMARY KEY, status text)");

      Command command = duly("worker", Map.of("database.url", fresh.jdbcUrl()));

      assertOneLine(command, "no schema duly", "run `duly init` first");
    }
  }

  @Test
  void aCompactedTopicIsRefusedWithTheCommandThatMendsIt() throws Exception {
    sql("CREATE TABLE packed (id bigint PRIMARY KEY, status text)");
    Map<String, String> settings =
        Map.of("orders.table", "public.packed", "installation", "packed", "topic.due", "packed");
    new Broker(broker.bootstrapServers()).create("packed", Map.of("cleanup.policy", "compact"));

    Command init = duly("init", settings);

    assertOneLine(
        init, "topic packed has cleanup.policy=compact", "--entity-name packed --add-config");
  }

  @Test
  void aMalformedLineOfACsvFileIsNamedAndNothingIsLoaded() throws Exception {
    Path csv = folder.resolve("orders.csv");
    Files.writeString(
        csv,
        """
        customer,total_price,priority,clerk,order_date
        1,10.50,1-URGENT,Clerk#1,2026-11-22
        2,ten,1-URGENT,Clerk#1,2026-11-22
        """);

    Command command =
        duly("sample-orders", Map.of("orders.table", "public.imported"), "--csv", csv.toString());

    assertOneLine(command, "orders.csv", "3", "total_price", "ten");
    Files.writeString(csv, Files.readString(csv).replace("ten", "10"));
    assertThat(
            duly(
                    "sample-orders",
                    Map.of("orders.table", "public.imported"),
                    "--csv",
                    csv.toString())
                .exitCode())
        .isZero();
  }
}
