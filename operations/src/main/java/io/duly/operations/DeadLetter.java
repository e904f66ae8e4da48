package io.duly.operations;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A record that a worker has set aside as unreadable. */
record DeadLetter(ConsumerRecord<byte[], byte[]> record) {
  private static final String REDRIVES = "duly-redrives";
  private static final String PARTITION = "duly-partition";
  private static final String CUT = "duly-cut-from";

  /** What the one who sets aside adds, and adds anew the next time. */
  private static final Set<String> ORIGIN =
      Set.of("duly-topic", PARTITION, "duly-offset", "duly-reason");

  /** What becomes of it. */
  enum Kind {
    /** It is put back. */
    REDRIVEN,
    /** It was put back often enough, and is left until more is allowed. */
    EXHAUSTED,
    /** It was too large to be kept whole, and cannot be put back. */
    CUT
  }

  /** What becomes of it where it may be put back {@code most} times. */
  Kind kind(int most) {
    if (record.headers().lastHeader(CUT) != null) {
      return Kind.CUT;
    }
    return number(REDRIVES, 0) >= most ? Kind.EXHAUSTED : Kind.REDRIVEN;
  }

  /**
   * The record that it came from, for the same partition of {@code due}, with how often that is.
   */
  ProducerRecord<byte[], byte[]> again(String due) {
    int partition = number(PARTITION, -1);
    @Nullable Integer where = partition < 0 ? null : partition;
    ProducerRecord<byte[], byte[]> again =
        new ProducerRecord<>(due, where, record.key(), record.value());
    for (Header each : record.headers()) {
      if (!ORIGIN.contains(each.key()) && !each.key().equals(REDRIVES)) {
        again.headers().add(each);
      }
    }
    String redrives = Integer.toString(number(REDRIVES, 0) + 1);
    again.headers().add(REDRIVES, redrives.getBytes(StandardCharsets.US_ASCII));
    return again;
  }

  private int number(String header, int without) {
    Header found = record.headers().lastHeader(header);
    String text = found == null ? "" : new String(found.value(), StandardCharsets.US_ASCII);
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : without;
  }
}
