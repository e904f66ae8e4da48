package io.duly.reconciler.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.orders.IdType;
import io.duly.runtime.TopicRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the topics hold of a run, from the time at which it was opened to their present end.
 * Memory: one poll.
 */
final class TopicLoad {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
  private final IdType idType;
  private final long runId;
  private final Unreadable unreadable;

  TopicLoad(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      IdType idType,
      long runId,
      Unreadable unreadable) {
    this.consumer = consumer;
    this.idType = idType;
    this.runId = runId;
    this.unreadable = unreadable;
  }

  /** Copies the ids that were published for the run into {@code table}. */
  void due(String topic, Instant from, CopyTable table) {
    read(
        topic,
        from,
        record -> {
          String id = text(record.key());
          if (id != null
              && idType.isValid(id)
              && String.valueOf(runId).equals(text(record.value()))) {
            table.add(id);
          }
        });
  }

  /** Copies the events of the run into {@code table}. */
  void told(String topic, Instant from, CopyTable table) {
    read(topic, from, record -> event(record, table));
  }

  private void event(ConsumerRecord<byte[], byte[]> record, CopyTable table) {
    String where = record.topic() + "-" + record.partition() + "@" + record.offset();
    try {
      JsonNode event = JSON.readTree(record.value() == null ? new byte[0] : record.value());
      String id = event.path("order").asText();
      if (!idType.isValid(id) || !event.path("run").canConvertToLong()) {
        unreadable.add(where, "is not an event of a result");
      } else if (event.path("run").asLong() == runId) {
        table.add(
            id,
            event.path("attempt").asInt(),
            event.path("transition").asInt(),
            event.path("token").asText(null),
            event.path("outcome").asText(),
            event.path("reference").asText(null));
      }
    } catch (IOException e) {
      unreadable.add(where, "is not JSON");
    }
  }

  private void read(String topic, Instant from, Consumer<ConsumerRecord<byte[], byte[]>> take) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(each -> new TopicPartition(topic, each.partition()))
            .toList();
    consumer.assign(partitions);
    TopicRange.read(consumer, starts(partitions, from), consumer.endOffsets(partitions), take);
  }

  /** A partition that ends before {@code from} has none. */
  private Map<TopicPartition, Long> starts(List<TopicPartition> partitions, Instant from) {
    Map<TopicPartition, Long> starts = new HashMap<>();
    consumer
        .offsetsForTimes(
            partitions.stream()
                .collect(Collectors.toMap(each -> each, each -> Math.max(0, from.toEpochMilli()))))
        .forEach(
            (partition, found) -> {
              if (found != null) {
                starts.put(partition, found.offset());
              }
            });
    return starts;
  }

  private static @Nullable String text(byte @Nullable [] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }
}
