package io.duly.operations;

import io.duly.operations.ReplayPlan.Move;
import io.duly.runtime.TopicRange;
import io.duly.runtime.UserError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * How far the records that were set aside have been looked at, and which were left on the way; kept
 * as the offsets of a group and their metadata, so that both move in the transaction that puts
 * records back. One thread.
 */
final class DeadPositions {
  /** The broker takes 4,096 bytes unless told otherwise (offset.metadata.max.bytes). */
  private static final int MOST_TEXT = 4_000;

  private final Map<TopicPartition, @Nullable Long> committed = new HashMap<>();
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private final Map<TopicPartition, LeftOffsets> left = new HashMap<>();
  private final Map<TopicPartition, Long> ends;
  private final Set<TopicPartition> changed = new HashSet<>();

  /** As they are now for the group of {@code consumer} on {@code topic}. */
  DeadPositions(Consumer<byte[], byte[]> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(each -> new TopicPartition(topic, each.partition()))
            .toList();
    Map<TopicPartition, OffsetAndMetadata> known = consumer.committed(Set.copyOf(partitions));
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
    this.ends = consumer.endOffsets(partitions);
    for (TopicPartition each : partitions) {
      OffsetAndMetadata found = known.get(each);
      long start = starts.getOrDefault(each, 0L);
      LeftOffsets its = LeftOffsets.parse(found == null ? "" : found.metadata());
      its.forgetBefore(start);
      committed.put(each, found == null ? null : found.offset());
      next.put(each, found == null ? start : Math.max(start, found.offset()));
      left.put(each, its);
    }
  }

  /** Gives those that were not looked at, or left, to {@code taker}. */
  void read(Consumer<byte[], byte[]> consumer, java.util.function.Consumer<DeadLetter> taker) {
    Map<TopicPartition, Long> from = new HashMap<>();
    Map<TopicPartition, Long> seen = Map.copyOf(next);
    Map<TopicPartition, LeftOffsets> before = new HashMap<>();
    next.forEach(
        (each, offset) -> {
          LeftOffsets its = of(each);
          from.put(each, its.first(offset));
          before.put(each, LeftOffsets.parse(its.text()));
        });
    TopicRange.read(
        consumer,
        from,
        ends,
        record -> {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          boolean isNew = record.offset() >= seen.getOrDefault(partition, 0L);
          if (isNew
              || before.getOrDefault(partition, new LeftOffsets()).contains(record.offset())) {
            taker.accept(new DeadLetter(record));
          }
        });
  }

  /** Notes what became of a record. */
  void pass(DeadLetter letter, DeadLetter.Kind kind) {
    TopicPartition partition =
        new TopicPartition(letter.record().topic(), letter.record().partition());
    long offset = letter.record().offset();
    if (kind == DeadLetter.Kind.EXHAUSTED) {
      of(partition).add(offset);
    } else {
      of(partition).remove(offset);
    }
    next.merge(partition, offset + 1, Math::max);
    changed.add(partition);
  }

  /**
   * What is to be committed for the partitions of which something was noted since the last time.
   *
   * @throws UserError where more is left than can be kept
   */
  Map<TopicPartition, OffsetAndMetadata> takeChanged() {
    Map<TopicPartition, OffsetAndMetadata> taken = new HashMap<>();
    for (TopicPartition each : changed) {
      String text = of(each).text();
      if (text.length() > MOST_TEXT) {
        throw new UserError(
            "too many records of "
                + each
                + " are left to keep count of; allow more by --max-redrives, and mend what makes them unreadable");
      }
      taken.put(each, new OffsetAndMetadata(next.getOrDefault(each, 0L), text));
    }
    changed.clear();
    return taken;
  }

  /** From where it was to the end, by partition. */
  List<Move> moves() {
    List<Move> moves = new ArrayList<>();
    next.forEach(
        (each, offset) ->
            moves.add(
                new Move(
                    each,
                    committed.get(each),
                    offset,
                    Math.max(offset, ends.getOrDefault(each, 0L)))));
    return moves;
  }

  private LeftOffsets of(TopicPartition partition) {
    return left.computeIfAbsent(partition, key -> new LeftOffsets());
  }
}
