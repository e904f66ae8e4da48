package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import io.duly.sandbox.EmbeddedBroker;
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
import org.awaitility.Awaitility;
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
    broker = EmbeddedBroker.start(folder.resolve("kafka"), Map.of("log.cleaner.backoff.ms", "200"));
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

  /** Of a compacted topic offsets are missing; the last record of each key stays. */
  @Test
  void whatCompactionHasTakenIsNotTheOldestThatIsLeft() throws Exception {
    TopicPartition partition =
        topic(
            "compacted",
            Map.of(
                "cleanup.policy",
                "compact",
                "segment.ms",
                "1",
                "min.cleanable.dirty.ratio",
                "0.01"));
    long old = System.currentTimeMillis() - Duration.ofHours(2).toMillis();
    try (Producer<byte[], byte[]> producer = kafka.producer("test")) {
      for (int i = 0; i < 3; i++) {
        byte[] key = {(byte) (i == 2 ? 2 : 1)};
        producer.send(new ProducerRecord<>("compacted", 0, i == 0 ? old : null, key, key)).get();
      }
      commit("compacted-group", partition, 0);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> {
                producer
                    .send(new ProducerRecord<>("compacted", 0, new byte[] {1}, new byte[] {1}))
                    .get();
                JsonNode lag = lags(duly("--group", "compacted-group", "-o", "json")).get(0);
                assertThat(lag.get("timeLag").asDouble()).isLessThan(3600);
              });
    }
    JsonNode left = lags(duly("--group", "compacted-group", "-o", "json")).get(0);
    long end = left.get("logEndOffset").asLong();
    assertThat(left.get("lag").asLong()).isEqualTo(end);
    commit("compacted-group", partition, end);
    assertThat(sum(lags(duly("--group", "compacted-group", "-o", "json")))).isZero();
  }

  @Test
  void aGroupThatNeverCommittedHasAllLeftAlsoWhereKafkaDoesNotKnowIt() throws Exception {
    topic("unread");
    send("unread", 4);

    JsonNode lag = lags(duly("--group", "never", "--topic", "unread", "-o", "json")).get(0);

    assertThat(lag.get("lag").asLong()).isEqualTo(4);
    assertThat(lag.get("currentOffset").isNull()).isTrue();
    assertThat(lag.get("timeLag").isNull()).isFalse();
  }

  @Test
  void whoWatchesSeesItAgainAndAgain() throws Exception {
    TopicPartition partition = topic("watched");
    send("watched", 3);
    commit("watchers", partition, 1);

    Command command =
        duly(
            "--group",
            "watchers",
            "--watch",
            "500ms",
            "--until-zero",
            "--timeout",
            "1s",
            "-o",
            "jsonl");

    assertThat(command.exitCode()).isEqualTo(1);
    assertThat(command.out().lines())
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(each -> each.contains("\"lag\":2"));
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

  static JsonNode lags(Command command) throws Exception {
    assertThat(command.exitCode()).as(command.toString()).isZero();
    return new ObjectMapper().readTree(command.out());
  }

  static long sum(JsonNode lags) {
    return Stream.iterate(0, each -> each < lags.size(), each -> each + 1)
        .mapToLong(each -> lags.get(each).get("lag").asLong())
        .sum();
  }

  private static TopicPartition topic(String name) throws Exception {
    return topic(name, Map.of());
  }

  private static TopicPartition topic(String name, Map<String, String> configs) throws Exception {
    NewTopic topic = new NewTopic(name, Optional.of(1), Optional.empty()).configs(configs);
    admin.createTopics(List.of(topic)).all().get();
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
