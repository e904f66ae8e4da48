package io.duly.sandbox.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the result topic anew, from its beginning to its end, committed events only. */
final class TopicWitness {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TopicWitness() {}

  static List<Told> read(Case.Kafka kafka) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(kafka.resultTopic()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<Told> told = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> told.add(told(record)));
      }
      return told;
    }
  }

  private static Told told(ConsumerRecord<byte[], byte[]> record) {
    try {
      JsonNode event = JSON.readTree(record.value());
      return new Told(
          event.path("order").asText(),
          event.path("attempt").asInt(),
          event.path("transition").asInt(),
          event.path("outcome").asText());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "event at " + record.partition() + "/" + record.offset() + " is no JSON", e);
    }
  }
}
