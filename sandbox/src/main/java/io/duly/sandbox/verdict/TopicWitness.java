package io.duly.sandbox.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the result topic anew, from its beginning to its end at the time, committed events only,
 * and without a group. Memory: the events. Used once, by one thread.
 */
final class TopicWitness {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<Told> told = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();

  private TopicWitness() {}

  /**
   * Hears the topic; one that does not exist says nothing.
   *
   * @throws IllegalStateException if the broker gives nothing more before the end
   */
  static TopicStory read(Case.Kafka kafka) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "isolation.level",
            "read_committed",
            "allow.auto.create.topics",
            false,
            "max.poll.records",
            5_000);
    ByteArrayDeserializer bytes = new ByteArrayDeserializer();
    TopicWitness witness = new TopicWitness();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, bytes, bytes)) {
      witness.hear(consumer, kafka.resultTopic());
    }
    return new TopicStory(witness.told, witness.unreadable);
  }

  private void hear(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    long missing = missing(consumer, ends);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (missing > 0) {
      consumer.poll(Duration.ofMillis(100)).forEach(this::take);
      long now = missing(consumer, ends);
      if (now < missing) {
        missing = now;
        deadline = System.nanoTime() + PATIENCE.toNanos();
      } else if (System.nanoTime() > deadline) {
        throw new IllegalStateException(topic + " gives nothing, " + missing + " offsets to go");
      }
    }
  }

  private static long missing(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    long missing = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      missing += Math.max(0, end.getValue() - consumer.position(end.getKey()));
    }
    return missing;
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    try {
      told.add(told(record));
    } catch (IOException e) {
      String place = record.partition() + "/" + record.offset();
      unreadable.add("the record at " + place + " of the result topic " + e.getMessage());
    }
  }

  private static Told told(ConsumerRecord<byte[], byte[]> record) throws IOException {
    JsonNode event = json(record.value());
    if (!event.path("order").isTextual()
        || !event.path("attempt").isInt()
        || !event.path("transition").isInt()) {
      throw new IOException("is no result");
    }
    String order = event.path("order").textValue();
    if (record.key() == null || !order.equals(new String(record.key(), StandardCharsets.UTF_8))) {
      throw new IOException("is of order " + order + " and not under its key");
    }
    return new Told(
        new Told.Key(order, event.path("attempt").intValue(), event.path("transition").intValue()),
        Status.of(event.path("outcome").textValue()));
  }

  private static JsonNode json(byte[] value) throws IOException {
    try {
      return JSON.readTree(value == null ? new byte[0] : value);
    } catch (IOException e) {
      throw new IOException("is no JSON", e);
    }
  }
}
