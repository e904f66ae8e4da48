package io.duly.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lag as kafka-lag-exporter shows it. */
class LagGaugesTest {
  private static final Instant NOW = Instant.parse("2026-05-03T00:00:10Z");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final LagGauges gauges = new LagGauges(registry, "shop", "workers");

  private static PartitionLag lag(int partition, @Nullable String client) {
    return new PartitionLag(
        new TopicPartition("due", partition),
        partition == 0 ? 4L : null,
        new PartitionEnds(1, 9, 9),
        partition == 0 ? 5 : 8,
        NOW.minusSeconds(3),
        client == null
            ? null
            : new MemberDescription(
                client + "-1",
                Optional.empty(),
                Optional.empty(),
                client,
                "/10.0.0.1",
                new MemberAssignment(Set.of()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  private String lines(String name) {
    return registry
        .scrape()
        .lines()
        .filter(each -> each.startsWith(name + "{"))
        .reduce("", (all, each) -> all + each + "\n");
  }

  @Test
  void hasTheNamesAndLabelsOfTheExporter() {
    gauges.show(List.of(lag(0, "a"), lag(1, null)), NOW);

    String held =
        "client_id=\"a\",cluster_name=\"shop\",consumer_id=\"a-1\",group=\"workers\",member_host=\"/10.0.0.1\",partition=\"0\",topic=\"due\"";
    String free =
        "client_id=\"\",cluster_name=\"shop\",consumer_id=\"\",group=\"workers\",member_host=\"\",partition=\"1\",topic=\"due\"";
    assertThat(lines("kafka_consumergroup_group_lag"))
        .contains("{" + held + "} 5.0\n")
        .contains("{" + free + "} 8.0\n");
    assertThat(lines("kafka_consumergroup_group_lag_seconds")).contains("{" + held + "} 3.0\n");
    assertThat(lines("kafka_consumergroup_group_offset"))
        .isEqualTo("kafka_consumergroup_group_offset{" + held + "} 4.0\n");
    assertThat(lines("kafka_partition_latest_offset"))
        .contains("{cluster_name=\"shop\",partition=\"0\",topic=\"due\"} 9.0\n");
    assertThat(lines("kafka_partition_earliest_offset"))
        .contains("{cluster_name=\"shop\",partition=\"1\",topic=\"due\"} 1.0\n");
    String whole = "{cluster_name=\"shop\",group=\"workers\"";
    assertThat(lines("kafka_consumergroup_group_sum_lag")).contains(whole + "} 13.0\n");
    assertThat(lines("kafka_consumergroup_group_topic_sum_lag"))
        .contains(whole + ",topic=\"due\"} 13.0\n");
    assertThat(lines("kafka_consumergroup_group_max_lag"))
        .contains(whole + ",is_simple_consumer=\"false\"} 8.0\n");
    assertThat(lines("kafka_consumergroup_group_max_lag_seconds"))
        .contains(whole + ",is_simple_consumer=\"false\"} 3.0\n");
  }

  @Test
  void theSeriesOfAMemberGoWithIt() {
    gauges.show(List.of(lag(0, "a"), lag(1, "a")), NOW);
    gauges.show(List.of(lag(0, "a"), lag(1, "b")), NOW);

    assertThat(lines("kafka_consumergroup_group_lag").lines())
        .hasSize(2)
        .anyMatch(each -> each.contains("\"a\"") && each.contains("partition=\"0\""))
        .anyMatch(each -> each.contains("\"b\"") && each.contains("partition=\"1\""));

    gauges.clear();

    assertThat(registry.scrape()).doesNotContain("kafka_");
  }
}
