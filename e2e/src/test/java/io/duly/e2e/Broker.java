package io.duly.e2e;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** What a test does with the topics of a broker. */
record Broker(String bootstrapServers) {
  private Map<String, Object> kafka() {
    return new HashMap<>(
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"));
  }

  void create(String topic, Map<String, String> configs) throws Exception {
    try (Admin admin = Admin.create(kafka())) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(configs))).all().get();
    }
  }

  void produce(String topic, @Nullable String key, @Nullable String value) throws Exception {
    Map<String, Object> properties = Map.of("bootstrap.servers", bootstrapServers);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, bytes(key), bytes(value))).get();
    }
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  /** All committed records of {@code topic}. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(kafka(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  /** The sum of the end offsets of {@code topic}'s partitions. */
  long ends(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(kafka(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      return consumer.endOffsets(partitions).values().stream().mapToLong(each -> each).sum();
    }
  }

  /** Sets the workers' group, which must have no member, back to the start. */
  void rewind() throws Exception {
    try (Admin admin = Admin.create(kafka())) {
      Map<TopicPartition, OffsetAndMetadata> start = new HashMap<>();
      admin
          .listConsumerGroupOffsets("duly-workers")
          .partitionsToOffsetAndMetadata()
          .get()
          .keySet()
          .forEach(each -> start.put(each, new OffsetAndMetadata(0)));
      admin.alterConsumerGroupOffsets("duly-workers", start).all().get();
    }
  }

  /** Records that the workers' group has not passed. */
  long lag() throws Exception {
    try (Admin admin = Admin.create(kafka());
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                kafka(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets("duly-workers").partitionsToOffsetAndMetadata().get();
      return consumer.endOffsets(committed.keySet()).entrySet().stream()
          .mapToLong(end -> end.getValue() - committed.get(end.getKey()).offset())
          .sum();
    }
  }
}
