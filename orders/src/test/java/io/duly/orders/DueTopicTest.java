package io.duly.orders;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.runtime.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class DueTopicTest {
  private static final Node NODE = new Node(0, "localhost", 9092);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(
          new Cluster(
              "cluster",
              List.of(NODE),
              IntStream.range(0, 4)
                  .mapToObj(each -> new PartitionInfo("due", each, NODE, null, null))
                  .toList(),
              Set.of(),
              Set.of()),
          true,
          new RoundRobinPartitioner(),
          new ByteArraySerializer(),
          new ByteArraySerializer());

  private void publish(String tracing, List<String> ids) throws Exception {
    Settings settings = Settings.of(Map.of("topic.due", "due", "tracing", tracing));
    DueTopic topic = new DueTopic(producer, settings, Jdbi.create("jdbc:postgresql:none"), table());
    topic.publish(
        ids.stream().map(id -> new DueTopic.Entry(new DueRecord(id, 7), "main")).toList());
  }

  private static OrdersTable table() {
    Map<OrderStatus, String> values =
        Arrays.stream(OrderStatus.values()).collect(Collectors.toMap(each -> each, Enum::name));
    return new OrdersTable(
        "orders", "id", IdType.BIGINT, "status", "text", values, List.of("id"), "");
  }

  @Test
  void eachOrderBeginsATraceWhereThatIsAskedFor() throws Exception {
    publish("true", List.of("1", "2"));

    assertThat(producer.history())
        .extracting(each -> each.headers().lastHeader("traceparent"))
        .extracting(DueTopicTest::text)
        .doesNotHaveDuplicates()
        .allMatch(each -> each.matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]"));
  }

  @Test
  void recordsAreSmallOtherwise() throws Exception {
    publish("false", List.of("1", "2"));

    assertThat(producer.history())
        .hasSize(2)
        .allMatch(each -> each.headers().toArray().length == 0);
  }

  private static String text(Header header) {
    return new String(header.value(), US_ASCII);
  }
}
