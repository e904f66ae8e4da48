package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.DueRecord;
import io.duly.orders.IdType;
import io.duly.orders.Run;
import io.duly.reconciler.SitesExtension.Sites;
import io.duly.runtime.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SitesExtension.class)
class RunRecordsTest {
  private static final int PARTITIONS = 24;
  private static final String TOPIC = "wide";

  @Test
  void manyPartitionsAreReadSideBySide(Sites sites) throws Exception {
    try (Site site = sites.with(Map.of("kafka.fetch.max.wait.ms", "500"))) {
      KafkaClients kafka = new KafkaClients(site.settings());
      publishTwoOfEachRun(kafka);
      Run run =
          new Run(
              1,
              "test",
              Instant.EPOCH,
              Run.State.PUBLISHED,
              null,
              2 * PARTITIONS,
              Collections.nCopies(PARTITIONS, 0L),
              Collections.nCopies(PARTITIONS, 3L),
              new Run.Selection(Instant.EPOCH, "", ""));
      try (RunRecords records =
          new RunRecords(kafka.reader("test"), TOPIC, IdType.ofCatalogue("bigint").orElseThrow())) {
        long began = System.nanoTime();
        List<String> first = read(records, run);
        List<String> second = read(records, run);
        Duration took = Duration.ofNanos(System.nanoTime() - began);

        // the fourth record of each partition lies beyond the end of the run
        String[] expected =
            LongStream.range(0, PARTITIONS)
                .boxed()
                .flatMap(each -> List.of(each * 10, each * 10 + 2).stream())
                .map(String::valueOf)
                .toArray(String[]::new);
        assertThat(first).containsExactlyInAnyOrder(expected);
        assertThat(second).containsExactlyInAnyOrder(expected);
        assertThat(took).isLessThan(Duration.ofSeconds(10)); // else half a second for each
      }
    }
  }

  private static List<String> read(RunRecords records, Run run) {
    List<String> ids = new ArrayList<>();
    records.read(run, records.ends(run), ids::addAll);
    return ids;
  }

  /** In each partition a record of run 1, one of run 2, and two more of run 1. */
  private static void publishTwoOfEachRun(KafkaClients kafka) throws Exception {
    try (Admin admin = kafka.admin();
        Producer<byte[], byte[]> producer = kafka.producer("test")) {
      admin
          .createTopics(List.of(new NewTopic(TOPIC, Optional.of(PARTITIONS), Optional.empty())))
          .all()
          .get();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        for (int i = 0; i < 4; i++) {
          DueRecord due = new DueRecord(String.valueOf(partition * 10 + i), i == 1 ? 2 : 1);
          var unused =
              producer.send(new ProducerRecord<>(TOPIC, partition, due.key(), due.value()));
        }
      }
      producer.flush();
    }
  }
}
