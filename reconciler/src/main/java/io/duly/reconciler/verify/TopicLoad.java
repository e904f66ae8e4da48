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
 * Reads what the topics hold of a run, from the time at which it was opened to their present end or
 * that of the run. Memory: one poll.
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

  /**
   * Copies the ids that were published for the run before {@code ends}, by partition, into {@code
   * table}; null where it has none yet.
   */
  void due(String topic, Instant from, @Nullable List<Long> ends, CopyTable table) {
    read(
        topic,
        from,
        ends,
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
    read(topic, from, null, record -> event(record, table));
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

  private void read(
      String topic,
      Instant from,
      @Nullable List<Long> ends,
      Consumer<ConsumerRecord<byte[], byte[]>> take) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(each -> new TopicPartition(topic, each.partition()))
            .toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> present = consumer.endOffsets(partitions);
    TopicRange.read(
        consumer, starts(partitions, from), ends == null ? present : until(present, ends), take);
  }

  /** A topic that ends before the run does was made anew since: all of it is read. */
  private static Map<TopicPartition, Long> until(
      Map<TopicPartition, Long> present, List<Long> ends) {
    Map<TopicPartition, Long> until = new HashMap<>();
    present.forEach(
        (each, end) ->
            until.put(each, each.partition() < ends.size() ? ends.get(each.partition()) : 0L));
    boolean isAnew =
        ends.size() > present.size()
            || present.entrySet().stream()
                .anyMatch(each -> each.getValue() < until.getOrDefault(each.getKey(), 0L));
    return isAnew ? present : until;
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
