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

  @Test
  void manyPartitionsAreReadSideBySide(Sites sites) throws Exception {
    try (Site site = sites.with(Map.of("kafka.fetch.max.wait.ms", "500"))) {
      KafkaClients kafka = new KafkaClients(site.settings());
      publishTwoOfEachRun(kafka, "wide");
      Run run = run(PARTITIONS, PARTITIONS);
      try (RunRecords records = records(kafka, "wide", PARTITIONS)) {
        long began = System.nanoTime();
        List<String> first = read(records, run);
        List<String> second = read(records, run);
        Duration took = Duration.ofNanos(System.nanoTime() - began);

        assertThat(first).containsExactlyInAnyOrder(idsOfRun1());
        assertThat(second).containsExactlyInAnyOrder(idsOfRun1());
        assertThat(took).isLessThan(Duration.ofSeconds(10)); // else half a second for each
      }
    }
  }

  @Test
  void partitionsThatWereAddedDuringTheRunAreReadFromTheirBeginning(Sites sites) throws Exception {
    try (Site site = sites.open()) {
      KafkaClients kafka = new KafkaClients(site.settings());
      publishTwoOfEachRun(kafka, "grown");
      Run run = run(PARTITIONS / 3, PARTITIONS);
      try (RunRecords records = records(kafka, "grown", PARTITIONS)) {
        assertThat(records.areWhole(run, records.ends(run))).isTrue();
        assertThat(read(records, run)).containsExactlyInAnyOrder(idsOfRun1());
        assertThat(records.endsNow(run)).hasSize(PARTITIONS).containsValue(4L);
        assertThat(records.areWhole(run, records.endsNow(run))).isTrue();
      }
    }
  }

  @Test
  void aTopicMadeAnewIsNotWhole(Sites sites) throws Exception {
    try (Site site = sites.open()) {
      KafkaClients kafka = new KafkaClients(site.settings());
      publishTwoOfEachRun(kafka, "anew");
      Run hadMore = run(PARTITIONS + 1, PARTITIONS + 1);
      Run beganLater = began(Collections.nCopies(PARTITIONS, 9L), List.of());
      try (RunRecords records = records(kafka, "anew", PARTITIONS)) {
        assertThat(records.areWhole(hadMore, records.ends(hadMore))).isFalse();
        assertThat(records.areWhole(hadMore, records.endsNow(hadMore))).isFalse();
        assertThat(records.areWhole(beganLater, records.endsNow(beganLater))).isFalse();
      }
    }
  }

  private static RunRecords records(KafkaClients kafka, String topic, int partitions) {
    return new RunRecords(
        kafka.reader("test"), topic, () -> partitions, IdType.ofCatalogue("bigint").orElseThrow());
  }

  /** Run 1, which began with so many partitions and ended with so many. */
  private static Run run(int began, int ended) {
    return began(Collections.nCopies(began, 0L), Collections.nCopies(ended, 3L));
  }

  private static Run began(List<Long> starts, List<Long> ends) {
    return new Run(
        1,
        "test",
        Instant.EPOCH,
        Run.State.PUBLISHED,
        null,
        null,
        2 * PARTITIONS,
        starts,
        ends,
        new Run.Selection(Instant.EPOCH, "", ""));
  }

  /** The fourth record of each partition lies beyond the end of the run. */
  private static String[] idsOfRun1() {
    return LongStream.range(0, PARTITIONS)
        .boxed()
        .flatMap(each -> List.of(each * 10, each * 10 + 2).stream())
        .map(String::valueOf)
        .toArray(String[]::new);
  }

  private static List<String> read(RunRecords records, Run run) {
    List<String> ids = new ArrayList<>();
    records.read(run, records.ends(run), ids::addAll);
    return ids;
  }

  /** In each partition a record of run 1, one of run 2, and two more of run 1. */
  private static void publishTwoOfEachRun(KafkaClients kafka, String topic) throws Exception {
    try (Admin admin = kafka.admin();
        Producer<byte[], byte[]> producer = kafka.producer("test")) {
      admin
          .createTopics(List.of(new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty())))
          .all()
          .get();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        for (int i = 0; i < 4; i++) {
          DueRecord due = new DueRecord(String.valueOf(partition * 10 + i), i == 1 ? 2 : 1);
          var unused =
              producer.send(new ProducerRecord<>(topic, partition, due.key(), due.value()));
        }
      }
      producer.flush();
    }
  }
}
