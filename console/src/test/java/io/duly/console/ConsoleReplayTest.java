package io.duly.console;

import static io.duly.console.Open.BY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.duly.orders.Aside;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A replay that the page plans, starts and ceases to follow. */
@ExtendWith(ServersExtension.class)
class ConsoleReplayTest {
  private static final String EARLIEST = "{\"to\": \"earliest\", " + BY + "}";
  private static final int RECORDS = 3;

  private final Servers servers;

  ConsoleReplayTest(Servers servers) {
    this.servers = servers;
  }

  private static void awaitState(Open open, String state) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> open.read("replay").path("state").asText().equals(state));
  }

  /** A worker that has read all; it leaves its group when it is asked, and never comes back. */
  private Consumer<byte[], byte[]> worker(Open open) throws Exception {
    Settings settings = open.installation().settings();
    TopicPartition first = new TopicPartition(open.installation().topics().due(), 0);
    KafkaClients clients = new KafkaClients(settings);
    try (Producer<byte[], byte[]> producer = clients.producer("console-test")) {
      for (int i = 0; i < RECORDS; i++) {
        producer.send(new ProducerRecord<>(first.topic(), 0, new byte[] {1}, new byte[] {2})).get();
      }
    }
    Consumer<byte[], byte[]> worker = clients.consumer("w", settings.text("worker.group"));
    worker.subscribe(List.of(first.topic()));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              var unused = worker.poll(Duration.ofMillis(100));
              return worker.assignment().contains(first);
            });
    worker.commitSync(
        Map.of(first, new OffsetAndMetadata(worker.endOffsets(List.of(first)).get(first))));
    return worker;
  }

  @Test
  void aValueThatIsNotUnderstoodIsRefusedBeforeAnythingIsDone() throws Exception {
    List<String> wrong =
        List.of(
            "'offset'",
            "'offset', 'value': ''",
            "'offset', 'value': 'x'",
            "'shift', 'value': 1.5",
            "'shift', 'value': null",
            "'run', 'value': ' '",
            "'datetime', 'value': ''",
            "'datetime', 'value': 'yesterday'");
    try (Open open = servers.open()) {
      for (String each : wrong) {
        String body = "{\"to\": " + each.replace('\'', '"') + ", " + BY + "}";
        for (String path : List.of("replay/plan", "replay")) {
          HttpResponse<String> refused = open.act(path, body);

          assertThat(refused.statusCode()).as(path + body).isEqualTo(400);
          assertThat(refused.body()).as(path + body).contains("value: a ", " is wanted");
        }
      }
      assertThat(open.act("replay/plan", "{\"to\": \"shift\", \"value\": \"-2\"}").body())
          .contains("\"again\":", "\"ordersPassedOver\":{");
      assertThat(open.read("replay").path("state").asText()).isEqualTo("none");
    }
  }

  @Test
  void aReplayThatNobodyReadsIsFollowedNoLongerThanIsWished() throws Exception {
    try (Open open = servers.open()) {
      Aside aside = new Aside(open.installation().database().jdbi());
      try (Consumer<byte[], byte[]> worker = worker(open)) {
        assertThat(worker.assignment()).isNotEmpty();
        assertThat(open.read("replay").path("state").asText()).isEqualTo("none");
        assertThat(open.act("replay/plan", EARLIEST).body()).contains("\"again\":" + RECORDS);
        assertThat(open.act("replay/stop", "{" + BY + "}").statusCode()).isEqualTo(409);

        assertThat(open.act("replay", EARLIEST).statusCode()).isEqualTo(200);
        assertThat(open.act("replay", EARLIEST).statusCode()).isEqualTo(409);
        await().atMost(Duration.ofSeconds(60)).until(aside::isAsked);
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> open.read("replay").path("left").asInt() == RECORDS);

      assertThat(open.act("replay/stop", "{" + BY + "}").statusCode()).isEqualTo(200);

      assertThat(open.read("replay").path("state").asText()).isEqualTo("stopped");
      assertThat(open.act("replay", EARLIEST).statusCode()).isEqualTo(200);
      awaitState(open, "done");
      assertThat(open.read("replay").path("history")).hasSize(2);
      assertThat(servers.count("duly.replay WHERE who = 'Ann' AND reason = 'for a test'"))
          .isEqualTo(2);
    }
  }
}
