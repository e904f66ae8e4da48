package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code duly lag}: each rule of docs/lag.md. */
class LagTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  private static EmbeddedBroker broker;
  private static KafkaClients kafka;
  private static Admin admin;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
    kafka =
        new KafkaClients(Settings.of(Map.of("kafka.bootstrap.servers", broker.bootstrapServers())));
    admin = kafka.admin();
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void isZeroAfterADrainedRunInBothGroupProtocols() throws Exception {
    try (Shop shop = Shop.open(folder.resolve("shop"), SampleContract.IDEMPOTENT, "0ms", 100)) {
      shop.init();
      assertThat(sum(lags(shop.duly("lag", "-o", "json")))).isZero();
      shop.start("run", "classic");
      shop.openRun();
      shop.awaitClosed(Duration.ofMinutes(1));
      assertThatAllIsDone(shop, "classic");

      shop.stopProcesses();
      shop.without("kafka.session.timeout.ms").without("kafka.heartbeat.interval.ms");
      shop.with("kafka.group.protocol", "consumer").with("worker.group", "another");
      JsonNode before = lags(shop.duly("lag", "-o", "json"));
      assertThat(sum(before)).isEqualTo(100);
      assertThat(before.get(0).get("currentOffset").isNull()).isTrue();
      assertThat(before.get(0).get("timeLag").asDouble()).isPositive();
      shop.start("worker", "consumer");
      assertThatAllIsDone(shop, "consumer");
      assertThat(shop.books().requests()).isEqualTo(100);
    }
  }

  private static void assertThatAllIsDone(Shop shop, String client) throws Exception {
    Command done = shop.duly("lag", "--until-zero", "--timeout", "1m", "-o", "json");
    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(lags(done))
        .hasSize(8)
        .allSatisfy(each -> assertThat(each.get("lag").asLong()).isZero())
        .allSatisfy(each -> assertThat(each.get("timeLag").isNull()).isTrue())
        .anySatisfy(each -> assertThat(each.get("clientId").asText()).isEqualTo(client));
  }

  @Test
  void markersAndAbortedRecordsAreNothingThatIsLeft() throws Exception {
    TopicPartition partition = topic("marked");
    try (Producer<byte[], byte[]> producer = kafka.transactionalProducer("marked")) {
      producer.initTransactions();
      producer.beginTransaction();
      var first = producer.send(record("marked"));
      producer.commitTransaction();
      producer.beginTransaction();
      var second = producer.send(record("marked"));
      producer.flush();
      producer.abortTransaction();
      assertThat(second.get().offset()).isEqualTo(first.get().offset() + 2);
    }
    commit("marked-group", partition, 1);

    JsonNode lag = lags(duly("--group", "marked-group", "-o", "json")).get(0);

    assertThat(lag.get("currentOffset").asLong()).isEqualTo(1);
    assertThat(lag.get("logEndOffset").asLong()).isEqualTo(4);
    assertThat(lag.get("lag").asLong()).isZero();
  }

  @Test
  void anOpenTransactionIsLeft() throws Exception {
    TopicPartition partition = topic("open");
    try (Producer<byte[], byte[]> producer = kafka.transactionalProducer("open")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(record("open")).get();
      commit("open-group", partition, 0);

      JsonNode lag = lags(duly("--group", "open-group", "-o", "json")).get(0);

      assertThat(lag.get("lag").asLong()).isEqualTo(1);
      assertThat(lag.get("timeLag").isNull()).isTrue();
      producer.abortTransaction();
    }
  }

  @Test
  void whatRetentionHasTakenIsNotLeft() throws Exception {
    TopicPartition partition = topic("short");
    send("short", 10);
    commit("short-group", partition, 2);
    admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(7))).all().get();

    JsonNode lag = lags(duly("--group", "short-group", "-o", "json")).get(0);

    assertThat(lag.get("lag").asLong()).isEqualTo(3);
  }

  @Test
  void whatIsNotThereIsSaid() throws Exception {
    assertThat(duly("--group", "nobody").exitCode()).isEqualTo(3);
    assertThat(duly("--group", "nobody").notes()).contains("there is no group nobody");
    commit("idle", topic("idle"), 0);
    assertThat(duly("--group", "idle", "--topic", "no-such").exitCode()).isEqualTo(3);
    assertThat(duly("--until-zero", "--timeout", "soon").notes()).contains("--timeout: 'soon'");
  }

  @Test
  void waitsNoLongerThanItIsTold() throws Exception {
    TopicPartition partition = topic("late");
    send("late", 3);
    commit("late-group", partition, 1);

    Command command =
        duly("--group", "late-group", "--until-zero", "--timeout", "1s", "-o", "jsonl");

    assertThat(command.exitCode()).isEqualTo(1);
    assertThat(command.out().lines()).hasSize(1);
    assertThat(command.out()).contains("\"lag\":2", "\"trend\":\"steady\"");
  }

  @Test
  void theColumnsAreThoseOfKafkaAndThenOurs() throws Exception {
    TopicPartition partition = topic("columns");
    send("columns", 2);
    commit("columns-group", partition, 2);

    assertThat(duly("--group", "columns-group").out().lines().map(each -> each.split(" +")))
        .containsExactly(
            "GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG CONSUMER-ID HOST CLIENT-ID TIME-LAG TREND RATE ETA"
                .split(" "),
            "columns-group columns 0 2 2 0 - - - - steady 0.0/s 0.0s".split(" "));
    assertThat(duly("--group", "columns-group", "-o", "csv").out())
        .isEqualTo(
            "GROUP,TOPIC,PARTITION,CURRENT-OFFSET,LOG-END-OFFSET,LAG,CONSUMER-ID,HOST,CLIENT-ID,TIME-LAG,TREND,RATE,ETA\r\n"
                + "columns-group,columns,0,2,2,0,,,,,steady,0.0,0.0\r\n");
  }

  private static Command duly(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of("lag", "--set", "kafka.bootstrap.servers=" + broker.bootstrapServers()));
    all.addAll(List.of(arguments));
    return Command.run(all.toArray(String[]::new));
  }

  private static JsonNode lags(Command command) throws Exception {
    assertThat(command.exitCode()).as(command.toString()).isZero();
    return new ObjectMapper().readTree(command.out());
  }

  private static long sum(JsonNode lags) {
    return Stream.iterate(0, each -> each < lags.size(), each -> each + 1)
        .mapToLong(each -> lags.get(each).get("lag").asLong())
        .sum();
  }

  private static TopicPartition topic(String name) throws Exception {
    admin.createTopics(List.of(new NewTopic(name, Optional.of(1), Optional.empty()))).all().get();
    return new TopicPartition(name, 0);
  }

  private static ProducerRecord<byte[], byte[]> record(String topic) {
    return new ProducerRecord<>(topic, new byte[] {1}, new byte[] {1});
  }

  private static void send(String topic, int count) throws Exception {
    try (Producer<byte[], byte[]> producer = kafka.producer("test")) {
      for (int i = 0; i < count; i++) {
        producer.send(record(topic)).get();
      }
    }
  }

  private static void commit(String group, TopicPartition partition, long offset) throws Exception {
    admin
        .alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(offset)))
        .all()
        .get();
  }
}
