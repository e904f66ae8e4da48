package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.orders.WorkerTable.Heartbeat;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import io.duly.sandbox.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadProducersTest {
  private static final TopicPartition T = new TopicPartition("t", 0);
  private static final Heartbeat DEAD = new Heartbeat("w1#aaaaaaaa", 3);
  private static final Heartbeat OTHER = new Heartbeat("w2#bbbbbbbb", 3);

  @TempDir Path folder;
  private EmbeddedBroker broker;
  private KafkaClients kafka;
  private Admin admin;
  private Producer<byte[], byte[]> producer;

  /** A worker called w1 leaves a transaction open. */
  @BeforeEach
  void openTransaction() throws Exception {
    broker = EmbeddedBroker.start(folder);
    kafka =
        new KafkaClients(Settings.of(Map.of("kafka.bootstrap.servers", broker.bootstrapServers())));
    admin = kafka.admin();
    admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get(20, TimeUnit.SECONDS);
    producer = kafka.initializedProducer("g-w1");
    producer.beginTransaction();
    producer.send(new ProducerRecord<>("t", new byte[1])).get(20, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() {
    producer.close(Duration.ZERO);
    admin.close(Duration.ZERO);
    broker.close();
  }

  /** How far a reader of committed records gets. */
  private long stable() {
    try (Consumer<byte[], byte[]> reader = kafka.reader("test")) {
      reader.assign(List.of(T));
      return reader.endOffsets(List.of(T)).values().iterator().next();
    }
  }

  @Test
  void whatADeadWorkerLeftOpenIsAbortedAtOnce() {
    assertThat(stable()).isZero();

    new DeadProducers(admin, "g").fence(DEAD, List.of(DEAD, OTHER));

    Awaitility.await().atMost(Duration.ofSeconds(8)).until(() -> stable() > 0);
    assertThatThrownBy(producer::commitTransaction).isInstanceOf(ApiException.class);
  }

  @Test
  void aNewWorkerOfItsNameIsLeftAlone() {
    new DeadProducers(admin, "g").fence(DEAD, List.of(DEAD, new Heartbeat("w1#cccccccc", 1)));

    assertThatCode(producer::commitTransaction).doesNotThrowAnyException();
  }

  @Test
  void aBrokerThatIsAwayDoesNotHoldItUp() {
    broker.close();
    List<Duration> took = new ArrayList<>();

    for (int i = 0; i < 5; i++) {
      long began = System.nanoTime();
      new DeadProducers(admin, "g").fence(DEAD, List.of(DEAD));
      took.add(Duration.ofNanos(System.nanoTime() - began));
    }

    assertThat(Collections.min(took)).isLessThan(Duration.ofSeconds(1));
  }
}
