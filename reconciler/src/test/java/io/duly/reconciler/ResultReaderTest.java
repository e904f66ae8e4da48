package io.duly.reconciler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.ResultEvent;
import io.duly.reconciler.SitesExtension.Sites;
import io.duly.runtime.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SitesExtension.class)
class ResultReaderTest {
  @Test
  void partitionsThatAreAddedAreReadFromTheirBeginning(Sites sites) throws Exception {
    try (Site site = sites.with(Map.of("kafka.metadata.max.age.ms", "200"))) {
      KafkaClients kafka = new KafkaClients(site.settings());
      String topic = site.settings().text("topic.results");
      List<String> seen = new ArrayList<>();
      try (ResultReader reader =
              new ResultReader(kafka.reader("test"), topic, site.table().idType(), Map.of());
          Admin admin = kafka.admin();
          Producer<byte[], byte[]> producer = kafka.producer("test")) {
        tell(producer, topic, 0, "1");
        await(site, reader, seen, "1");

        admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2))).all().get();
        site.await("known", () -> producer.partitionsFor(topic).size() == 2);
        tell(producer, topic, 1, "2");
        tell(producer, topic, 0, "3");

        await(site, reader, seen, "1", "2", "3");
        assertThat(reader.positions()).isEqualTo(Map.of(0, 2L, 1, 1L));
      }
    }
  }

  private static void await(Site site, ResultReader reader, List<String> seen, String... orders) {
    site.await(
        "events",
        () -> {
          reader.poll(Duration.ofMillis(50)).stream().map(ResultEvent::orderId).forEach(seen::add);
          return seen.size() >= orders.length;
        });
    assertThat(seen).containsExactlyInAnyOrder(orders);
  }

  private static void tell(
      Producer<byte[], byte[]> producer, String topic, int partition, String order) {
    String event =
        "{\"order\":\""
            + order
            + "\",\"attempt\":1,\"transition\":1,\"outcome\":\"FAILED\",\"run\":1}";
    var unused = producer.send(new ProducerRecord<>(topic, partition, null, event.getBytes(UTF_8)));
    producer.flush();
  }
}
