package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class KafkaClientsTest {
  @Test
  void saysWhereNoBrokerAnswers() throws Exception {
    String servers = "127.0.0.1:" + ClosedPort.find();
    KafkaClients kafka = new KafkaClients(Settings.of(Map.of("kafka.bootstrap.servers", servers)));

    assertThatThrownBy(kafka::checkReachable)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("Kafka is not reachable at " + servers + " (")
        .hasMessageEndingWith(
            "): start it, or mend kafka.bootstrap.servers (or kafka.security.protocol)")
        .hasMessageNotContaining("null");
  }

  @Test
  void saysWhichServersAreNoAddresses() {
    KafkaClients kafka =
        new KafkaClients(Settings.of(Map.of("kafka.bootstrap.servers", "no-port")));

    assertThatThrownBy(kafka::checkReachable)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("Kafka is not reachable at no-port (")
        .hasMessageContaining("Invalid url");
  }

  @Test
  void aPollIntervalThatADrainOutlastsIsAMistake() {
    Settings settings =
        Settings.of(Map.of("kafka.max.poll.interval.ms", "40000", "worker.drain-timeout", "20s"));

    assertThatThrownBy(() -> new KafkaClients(settings))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("kafka.max.poll.interval.ms is 40000")
        .hasMessageContaining("50000");
  }
}
