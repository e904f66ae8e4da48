package io.duly.sandbox.verdict;

import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/** A due topic and a result topic of their own, two partitions each, on a broker. */
final class TestTopics {
  static final int PARTITIONS = 2;
  final Case.Kafka kafka;

  private TestTopics(Case.Kafka kafka) {
    this.kafka = kafka;
  }

  static TestTopics on(EmbeddedBroker broker) throws Exception {
    String name = UUID.randomUUID().toString();
    Case.Kafka kafka =
        new Case.Kafka(
            broker.bootstrapServers(), "due-" + name, "results-" + name, "group-" + name);
    try (Admin admin = admin(kafka)) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(kafka.dueTopic(), PARTITIONS, (short) 1),
                  new NewTopic(kafka.resultTopic(), PARTITIONS, (short) 1)))
          .all()
          .get();
    }
    return new TestTopics(kafka);
  }

  Case facts(String jdbcUrl, Path ledger) {
    return new Case(jdbcUrl, "public.orders", "judge", kafka, ledger, SampleContract.IDEMPOTENT);
  }

  static String event(String order, int attempt, int transition, String outcome) {
    return "{\"order\":\"%s\",\"attempt\":%d,\"transition\":%d,\"outcome\":\"%s\",\"run\":3}"
        .formatted(order, attempt, transition, outcome);
  }

  /** Orders 1 to {@code orders} COMPLETED, all in one transaction. */
  void tellCompleted(int orders) {
    try (KafkaProducer<String, String> producer = producer()) {
      producer.initTransactions();
      producer.beginTransaction();
      for (int order = 1; order <= orders; order++) {
        String event = event("" + order, 1, 1, "COMPLETED");
        producer.send(new ProducerRecord<>(kafka.resultTopic(), "" + order, event));
      }
      producer.commitTransaction();
    }
  }

  /** In a transaction that commits. */
  void tell(String order, int attempt, int transition, String outcome) {
    send(order, event(order, attempt, transition, outcome));
  }

  void send(String key, String value) {
    try (KafkaProducer<String, String> producer = producer()) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(kafka.resultTopic(), key, value));
      producer.commitTransaction();
    }
  }

  void sendAndAbort(String key, String value) {
    try (KafkaProducer<String, String> producer = producer()) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(kafka.resultTopic(), key, value));
      producer.flush();
      producer.abortTransaction();
    }
  }

  /** To partition 0 of the due topic. */
  void makeDue(int records) {
    StringSerializer text = new StringSerializer();
    Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings, text, text)) {
      for (int i = 0; i < records; i++) {
        producer.send(new ProducerRecord<>(kafka.dueTopic(), 0, "" + i, ""));
      }
    }
  }

  void pass(long offset) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        Map.of(new TopicPartition(kafka.dueTopic(), 0), new OffsetAndMetadata(offset));
    try (Admin admin = admin(kafka)) {
      admin.alterConsumerGroupOffsets(kafka.group(), offsets).all().get();
    }
  }

  KafkaProducer<String, String> producer() {
    StringSerializer text = new StringSerializer();
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers", kafka.bootstrapServers(), "transactional.id", kafka.resultTopic()),
        text,
        text);
  }

  static Admin admin(Case.Kafka kafka) {
    return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }
}
