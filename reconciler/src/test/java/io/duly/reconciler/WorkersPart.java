package io.duly.reconciler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.AttemptResult;
import io.duly.orders.AttemptResult.Answer;
import io.duly.orders.Claim;
import io.duly.orders.ClaimTerms;
import io.duly.orders.Claims;
import io.duly.orders.DueOrder;
import io.duly.orders.DueRecord;
import io.duly.orders.OrdersTable;
import io.duly.orders.Outcome;
import io.duly.orders.Records;
import io.duly.orders.ResultEvent;
import io.duly.orders.Schema;
import io.duly.orders.Topics;
import io.duly.orders.WorkerTable;
import io.duly.runtime.Database;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** What workers and their group do, played by a test. */
record WorkersPart(Settings settings, Database database, OrdersTable table) {
  /** Claims all orders as {@code worker} for run 1; order n was read at offset n - 1. */
  List<Claim> claimAll(String worker) {
    return claim(worker, 1, Site.ORDERS);
  }

  /** Claims the first {@code orders} for {@code run}. */
  List<Claim> claim(String worker, long run, int orders) {
    return claim(worker, run, 1, orders);
  }

  /** Claims the orders from {@code first}, which was read at offset 0, to {@code last}. */
  List<Claim> claim(String worker, long run, int first, int last) {
    assertThat(new WorkerTable(database.jdbi()).register(worker, "here")).isTrue();
    Map<DueOrder, UUID> due = new HashMap<>();
    LongStream.rangeClosed(first, last)
        .forEach(
            n -> due.put(new DueOrder(String.valueOf(n), run, 0, n - first), UUID.randomUUID()));
    Claims claims =
        new Claims(database.jdbi(), table, ClaimTerms.of(settings), Schema.slot(settings));
    return claims.claim(worker, due).claims();
  }

  void complete(String worker, List<Claim> claims) {
    record(worker, claims, Outcome.COMPLETED);
  }

  /** Records that all {@code claims} ended so, after one call each. */
  void record(String worker, List<Claim> claims, Outcome outcome) {
    List<AttemptResult> results =
        claims.stream()
            .map(
                each ->
                    new AttemptResult(
                        each.orderId(),
                        each.attempt(),
                        each.token(),
                        outcome,
                        1,
                        Answer.NONE,
                        Duration.ZERO))
            .toList();
    assertThat(
            new Records(database.jdbi(), table, Schema.slot(settings))
                .record(worker, results)
                .recorded())
        .hasSize(claims.size());
  }

  /** Publishes all orders for run 1, order n at offset n - 1, as ingest does. */
  void publish(int orders) {
    publish(orders, 1);
  }

  /** Publishes the first {@code orders} for {@code run}. */
  void publish(int orders, long run) {
    try (Producer<byte[], byte[]> producer = new KafkaClients(settings).producer("test")) {
      for (int n = 1; n <= orders; n++) {
        DueRecord due = new DueRecord(String.valueOf(n), run);
        producer.send(new ProducerRecord<>(topics().due(), due.key(), due.value()));
      }
      producer.flush();
    }
  }

  /** Writes what looks like a result, or does not. */
  void tell(String key, String value) {
    write(topics().results(), key, value);
  }

  /** Writes a record to any topic. */
  void write(String topic, String key, String value) {
    try (Producer<byte[], byte[]> producer = new KafkaClients(settings).producer("test")) {
      producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8)));
      producer.flush();
    }
  }

  /** Tells that what was claimed is COMPLETED, as the worker that claimed it does. */
  void tellCompleted(List<Claim> claims) {
    for (Claim each : claims) {
      ResultEvent event =
          new ResultEvent(
              each.orderId(),
              each.attempt(),
              1,
              each.token(),
              Outcome.COMPLETED,
              each.due().runId(),
              null,
              null,
              null,
              Map.of());
      tell(each.orderId(), new String(event.value(), UTF_8));
    }
  }

  /** Tells that the orders from {@code first} to {@code last} are COMPLETED. */
  void tellCompleted(long first, long last, int partition) {
    try (Producer<byte[], byte[]> producer = new KafkaClients(settings).producer("test")) {
      for (long n = first; n <= last; n++) {
        ResultEvent event =
            new ResultEvent(
                String.valueOf(n), 1, 1, null, Outcome.COMPLETED, 1, null, null, null, Map.of());
        producer.send(
            new ProducerRecord<>(topics().results(), partition, event.key(), event.value()));
      }
      producer.flush();
    }
  }

  /** Lets the result topic have {@code count} partitions. */
  void partitionResults(int count) {
    try (Admin admin = new KafkaClients(settings).admin()) {
      admin
          .createPartitions(Map.of(topics().results(), NewPartitions.increaseTo(count)))
          .all()
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    }
  }

  /** Deletes the topic of due orders and makes it anew. */
  void remakeDue() throws Exception {
    try (Admin admin = new KafkaClients(settings).admin()) {
      admin.deleteTopics(List.of(topics().due())).all().get();
      Awaitility.await()
          .ignoreExceptions()
          .until(
              () -> {
                Topics.of(settings).create(admin, settings);
                return admin.listTopics().names().get().contains(topics().due());
              });
    }
  }

  /** Deletes the records before {@code offset} from the topic of due orders, as retention does. */
  void loseDue(long offset) throws Exception {
    try (Admin admin = new KafkaClients(settings).admin()) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(topics().due(), 0), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    }
  }

  void passOffsets(long to) {
    try (Admin admin = new KafkaClients(settings).admin()) {
      admin
          .alterConsumerGroupOffsets(
              settings.text("worker.group"),
              Map.of(new TopicPartition(topics().due(), 0), new OffsetAndMetadata(to)))
          .all()
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    }
  }

  /** How many orders were published. */
  long due() {
    return records(topics().due());
  }

  /** How many results were told. */
  long results() {
    return records(topics().results());
  }

  private Topics topics() {
    return Topics.of(settings);
  }

  private long records(String topic) {
    try (Consumer<byte[], byte[]> reader = new KafkaClients(settings).reader("test")) {
      List<TopicPartition> all =
          reader.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      reader.assign(all);
      reader.seekToBeginning(all);
      Map<TopicPartition, Long> ends = reader.endOffsets(all);
      long seen = 0;
      while (all.stream().anyMatch(each -> reader.position(each) < ends.get(each))) {
        seen += reader.poll(Duration.ofMillis(100)).count();
      }
      return seen;
    }
  }
}
