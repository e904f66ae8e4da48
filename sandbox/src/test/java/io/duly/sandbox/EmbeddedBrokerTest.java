package io.duly.sandbox;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  private static final String TOPIC = "orders";

  @TempDir Path folder;

  @Test
  @Timeout(60)
  @SuppressWarnings("try") // Closes twice on purpose.
  void keepsCommittedRecordsAndAddressOverARestart() throws Exception {
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    String address;
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
      address = broker.bootstrapServers();
      assertThatThrownBy(() -> EmbeddedBroker.start(folder)).hasMessageContaining("in use");
      create(broker);
      produce(broker);
      assertThat(consume(broker, "classic")).containsExactly("kept 1", "kept 2");
    }

    try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
      assertThat(broker.bootstrapServers()).isEqualTo(address);
      assertThat(consume(broker, "consumer")).containsExactly("kept 1", "kept 2");
      long before = System.nanoTime();
      broker.close();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void portsAreDifferentAndNotThoseOfOutgoingConnections() throws Exception {
    BrokerPorts ports = BrokerPorts.rememberedIn(folder);
    assertThat(ports.broker()).isNotEqualTo(ports.controller()).isBetween(10_000, 32_767);
    assertThat(BrokerPorts.rememberedIn(folder)).isEqualTo(ports);

    Files.copy(folder.resolve("controller.port"), folder.resolve("broker.port"), REPLACE_EXISTING);
    assertThat(BrokerPorts.rememberedIn(folder).controller()).isNotEqualTo(ports.controller());
    ports = BrokerPorts.rememberedIn(folder);
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.broker()));
      BrokerPorts others = BrokerPorts.rememberedIn(folder);
      assertThat(others.broker()).isNotEqualTo(ports.broker()).isBetween(10_000, 32_767);
      assertThat(others.controller()).isEqualTo(ports.controller());
    }
  }

  private static void create(EmbeddedBroker broker) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
    }
  }

  private static void produce(EmbeddedBroker broker) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "test");
    StringSerializer text = new StringSerializer();
    try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings, text, text)) {
      producer.initTransactions();
      for (String value : List.of("kept 1", "given up", "kept 2")) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, value));
        producer.flush();
        if (value.startsWith("kept")) {
          producer.commitTransaction();
        } else {
          producer.abortTransaction();
        }
      }
    }
  }

  private static List<String> consume(EmbeddedBroker broker, String groupProtocol) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "group.id",
            groupProtocol,
            "group.protocol",
            groupProtocol,
            "auto.offset.reset",
            "earliest",
            "isolation.level",
            "read_committed");
    StringDeserializer text = new StringDeserializer();
    List<String> values = new ArrayList<>();
    try (Consumer<String, String> consumer = new KafkaConsumer<>(settings, text, text)) {
      consumer.subscribe(List.of(TOPIC));
      await()
          .atMost(Duration.ofSeconds(20))
          .pollInSameThread()
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(one -> values.add(one.value()));
                return values.size() >= 2;
              });
    }
    return values;
  }
}
