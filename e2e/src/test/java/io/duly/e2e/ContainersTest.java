package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.cli.Main;
import io.duly.sandbox.Latency;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import io.duly.sandbox.verdict.Case;
import io.duly.sandbox.verdict.Court;
import io.duly.sandbox.verdict.Verdict;
import java.io.PrintWriter;
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
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * The pipeline on PostgreSQL and Kafka of the official images. Skipped, and loudly so, where no
 * Docker engine answers.
 */
class ContainersTest {
  private static final int ORDERS = 2_000;

  @BeforeAll
  static void needsDocker() {
    boolean answers = DockerClientFactory.instance().isDockerAvailable();
    if (!answers) {
      System.out.println(
          "******** SKIPPED: no Docker engine answers, the pipeline was not tried on containers ********");
    }
    Assumptions.assumeTrue(answers, "no Docker engine answers");
  }

  @Test
  void thePipelineRunsOnContainers(@TempDir Path folder) throws Exception {
    SampleApiSettings api =
        new SampleApiSettings(
            SampleContract.IDEMPOTENT,
            Latency.parse("5ms"),
            0,
            0.02,
            folder.resolve("ledger.jsonl"),
            0);
    try (PostgreSQLContainer postgres =
            new PostgreSQLContainer("postgres:18")
                .withCommand("postgres", "-c", "wal_level=logical");
        KafkaContainer kafka = new KafkaContainer("apache/kafka:4.3.1");
        SampleApi sampleApi = SampleApi.start(api)) {
      postgres.start();
      kafka.start();
      List<String> settings = settings(postgres, kafka, sampleApi);
      run(settings, "sample-orders", "--count", String.valueOf(ORDERS));
      run(settings, "init");

      Verdict verdict;
      try (Court court = Court.open(facts(postgres, kafka, folder));
          RunningDuly duly = RunningDuly.start(settings)) {
        Awaitility.await()
            .atMost(Duration.ofMinutes(3))
            .pollInterval(Duration.ofMillis(500))
            .until(() -> !duly.isAlive() || isClosed(postgres));
        verdict = court.judge();
      }

      System.out.println("on containers: " + verdict);
      assertThat(verdict.violations()).isEmpty();
      assertThat(verdict.holds()).isTrue();
      assertThat(verdict.confirmed()).isEqualTo(ORDERS);
    }
  }

  private static List<String> settings(
      PostgreSQLContainer postgres, KafkaContainer kafka, SampleApi api) {
    Map<String, String> values =
        Map.of(
            "database.url",
            url(postgres),
            "kafka.bootstrap.servers",
            kafka.getBootstrapServers(),
            "topic.replication",
            "1",
            "api.contract",
            "idempotent",
            "api.url",
            api.url().resolve("/orders/process").toString(),
            "api.failure-status",
            "402");
    List<String> options = new ArrayList<>();
    values.forEach((key, value) -> options.addAll(List.of("--set", key + "=" + value)));
    return options;
  }

  private static String url(PostgreSQLContainer postgres) {
    return postgres.getJdbcUrl().replaceAll("\\?.*", "")
        + "?user="
        + postgres.getUsername()
        + "&password="
        + postgres.getPassword();
  }

  private static void run(List<String> settings, String command, String... more) {
    List<String> args = new ArrayList<>(List.of(command));
    args.addAll(settings);
    args.addAll(List.of(more));
    assertThat(
            Main.execute(
                new PrintWriter(System.out, true),
                new PrintWriter(System.err, true),
                args.toArray(String[]::new)))
        .isZero();
  }

  private static Case facts(PostgreSQLContainer postgres, KafkaContainer kafka, Path folder) {
    return new Case(
        url(postgres),
        "public.orders",
        "judge",
        new Case.Kafka(kafka.getBootstrapServers(), "orders.due", "orders.results", "duly-workers"),
        folder.resolve("ledger.jsonl"),
        SampleContract.IDEMPOTENT);
  }

  private static boolean isClosed(PostgreSQLContainer postgres) throws Exception {
    try (Connection connection = DriverManager.getConnection(url(postgres));
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT count(*) FROM duly.run WHERE state = 'CLOSED'")) {
      row.next();
      return row.getLong(1) == 1;
    }
  }
}
