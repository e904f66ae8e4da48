package io.duly.operations;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a group has left of one partition.
 *
 * @param committed the group's offset; null where it has committed none
 * @param ends where the partition begins and ends
 * @param lag offsets from where the group goes on to the end; 0 where no record is among them
 * @param oldest when the first record of these was written; null where there is none to read
 * @param member who holds the partition; null where nobody does
 */
public record PartitionLag(
    TopicPartition partition,
    @Nullable Long committed,
    PartitionEnds ends,
    long lag,
    @Nullable Instant oldest,
    @Nullable MemberDescription member) {

  /** The offset after the last one written, committed or not. */
  public long end() {
    return ends.end();
  }

  /** How long ago the oldest record that is left was written; null where none is. */
  public @Nullable Duration age(Instant now) {
    if (oldest == null) {
      return null;
    }
    Duration age = Duration.between(oldest, now);
    return age.isNegative() ? Duration.ZERO : age;
  }
}
