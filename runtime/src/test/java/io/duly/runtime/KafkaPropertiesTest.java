package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;

class KafkaPropertiesTest {
  @Test
  void eachPropertyThatIsOursIsRefusedWithItsOwnReason() {
    assertThatThrownBy(
            () -> Settings.of(Map.of("kafka.acks", "1", "kafka.group.instance.id", "one")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("kafka.acks is Duly's own: a record counts")
        .hasMessageContaining("kafka.group.instance.id is Duly's own: all workers")
        .hasMessageNotContaining("one;");
  }

  @Test
  void thePropertiesThatAreOursAreKnownToTheClients() {
    Set<String> known = new HashSet<>(ConsumerConfig.configNames());
    known.addAll(ProducerConfig.configNames());

    Set<String> ours =
        Pattern.compile("^\\| `(.+?)`", Pattern.MULTILINE)
            .matcher(KafkaProperties.page())
            .results()
            .map((MatchResult row) -> row.group(1))
            .collect(Collectors.toSet());

    assertThat(ours).hasSizeGreaterThan(10);
    assertThat(known).containsAll(ours);
  }

  @Test
  void whatTheConsumerProtocolLeavesToTheBrokerIsRefusedWithIt() {
    assertThatThrownBy(
            () ->
                Settings.of(
                    Map.of("kafka.group.protocol", "consumer", "kafka.session.timeout.ms", "6000")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("kafka.session.timeout.ms does not go with");
    assertThat(KafkaProperties.mistakes(Map.of("session.timeout.ms", "6000"))).isEmpty();
  }

  @Test
  void noFailureShowsASecret() {
    Map<String, String> given =
        Map.of("bootstrap.servers", "kafka:9093", "sasl.jaas.config", "user with password x1");

    String message =
        KafkaFailure.message(new SaslAuthenticationException("bad: user with password x1"), given);

    assertThat(message)
        .isEqualTo(
            "Kafka at kafka:9093 refuses the login (bad: [hidden]):"
                + " mend kafka.sasl.jaas.config or kafka.sasl.mechanism");
  }
}
