package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import io.duly.sandbox.Latency;
import io.duly.sandbox.LedgerReader;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What happens around the straight way: garbage in the topic, a replayed topic, hands on the status
 * column.
 */
class PipelineTest {
  @TempDir Path folder;
  private EmbeddedPostgres postgres;
  private EmbeddedBroker broker;
  private SampleApi api;
  private List<String> settings;

  @BeforeEach
  void start() {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
    api =
        SampleApi.start(
            new SampleApiSettings(
                SampleContract.NEITHER, Latency.parse("1ms"), 0, 0.02, ledger(), 0));
    Map<String, String> values = new TreeMap<>();
    values.put("database.url", postgres.jdbcUrl());
    values.put("kafka.bootstrap.servers", broker.bootstrapServers());
    values.put("kafka.session.timeout.ms", "6000");
    values.put("topic.replication", "1");
    values.put("api.contract", "neither");
    values.put("api.url", api.url().resolve("/orders/process").toString());
    values.put("api.failure-status", "402");
    settings = new ArrayList<>();
    values.forEach((key, value) -> settings.addAll(List.of("--set", key + "=" + value)));
    duly("sample-orders", "--count", "500");
    duly("init");
  }

  @AfterEach
  void stop() {
    api.close();
    broker.close();
    postgres.close();
  }

  @Test
  void garbageInTheTopicIsSetAsideAndNothingStalls() throws Exception {
    topics().produce("orders.due", null, "1");
    topics().produce("orders.due", "not a number", "1");
    topics().produce("orders.due", "1", null);

    try (RunningDuly duly = RunningDuly.start(settings)) {
      awaitClosedRuns(duly, 1);
    }

    assertThat(count("SELECT count(*) FROM orders WHERE status IN ('COMPLETED', 'FAILED')"))
        .isEqualTo(500);
    List<ConsumerRecord<byte[], byte[]>> dead = topics().read("orders.dead");
    assertThat(dead).hasSize(3);
    assertThat(dead)
        .allSatisfy(
            each ->
                assertThat(
                        new String(
                            each.headers().lastHeader("duly-topic").value(),
                            StandardCharsets.UTF_8))
                    .isEqualTo("orders.due"));
    assertThat(topics().lag()).isZero();
  }

  @Test
  void aReplayedTopicCallsNothingAndTellsNothingTwice() throws Exception {
    try (RunningDuly duly = RunningDuly.start(settings)) {
      awaitClosedRuns(duly, 1);
    }
    topics().rewind();

    try (RunningDuly duly = RunningDuly.start(settings)) {
      awaitClosedRuns(duly, 2);
    }

    assertThat(LedgerReader.read(ledger()).requests()).isEqualTo(500);
    assertThat(topics().read("orders.results")).hasSize(500);
    assertThat(topics().lag()).isZero();
  }

  @Test
  void aBrokerThatRestartsMeanwhileLosesNoResultAndTellsNoneTwice() throws Exception {
    settings.addAll(List.of("--set", "api.rate=100"));

    try (RunningDuly duly = RunningDuly.start(settings)) {
      for (int settled : List.of(100, 250)) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> settled() > settled);
        broker.close();
        broker = EmbeddedBroker.start(folder.resolve("kafka"));
      }
      awaitClosedRuns(duly, 1);
    }

    assertThat(settled()).isEqualTo(500);
    assertThat(LedgerReader.read(ledger()).requests()).isEqualTo(500);
    assertThat(topics().read("orders.results")).hasSize(500);
    assertThat(topics().read("orders.results"))
        .extracting(each -> new String(each.key(), StandardCharsets.UTF_8))
        .doesNotHaveDuplicates();
    assertThat(topics().lag()).isZero();
  }

  private long settled() {
    return count("SELECT count(*) FROM orders WHERE status IN ('COMPLETED', 'FAILED')");
  }

  @Test
  void anOrderSetBackByHandIsNotCalledAgain() throws Exception {
    try (RunningDuly duly = RunningDuly.start(settings)) {
      awaitClosedRuns(duly, 1);
    }
    Sql.execute(
        postgres.jdbcUrl(), "UPDATE orders SET status = 'PENDING' WHERE status = 'COMPLETED'");

    try (RunningDuly duly = RunningDuly.start(settings)) {
      awaitClosedRuns(duly, 2);
    }

    assertThat(LedgerReader.read(ledger()).requests()).isEqualTo(500);
    assertThat(count("SELECT count(*) FROM orders WHERE status = 'PENDING'")).isZero();
    assertThat(count("SELECT count(*) FROM orders WHERE status = 'IN_DOUBT'")).isPositive();
  }

  @Test
  void anOutageOfTheApiFailsNoOrderAndCallsNoneTwice() throws Exception {
    int port = api.port();
    api.close();

    try (RunningDuly duly = RunningDuly.start(settings)) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> count("SELECT count(*) FROM duly.attempt WHERE outcome = 'NOT_EXECUTED'") > 0);
      api =
          SampleApi.start(
              new SampleApiSettings(
                  SampleContract.NEITHER, Latency.parse("1ms"), 0, 0.02, ledger(), port));
      awaitClosedRuns(duly, 1);
    }

    assertThat(count("SELECT count(*) FROM orders WHERE status IN ('COMPLETED', 'FAILED')"))
        .isEqualTo(500);
    assertThat(LedgerReader.read(ledger()).requests()).isEqualTo(500);
  }

  private Path ledger() {
    return folder.resolve("ledger.jsonl");
  }

  private void duly(String command, String... more) {
    List<String> args = new ArrayList<>(List.of(command));
    args.addAll(settings);
    args.addAll(List.of(more));
    Command done = Command.run(args.toArray(String[]::new));
    assertThat(done.exitCode()).as(done.notes()).isZero();
  }

  private void awaitClosedRuns(RunningDuly duly, int runs) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () ->
                !duly.isAlive()
                    || count("SELECT count(*) FROM duly.run WHERE state = 'CLOSED'") == runs);
    assertThat(duly.isAlive()).isTrue();
  }

  private long count(String sql) {
    return Sql.count(postgres.jdbcUrl(), sql);
  }

  private Broker topics() {
    return new Broker(broker.bootstrapServers());
  }
}
