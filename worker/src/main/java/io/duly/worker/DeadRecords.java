package io.duly.worker;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Makes the record that keeps an unreadable one, with its origin in headers. What is so large that
 * the broker might refuse it with our headers is cut, because a record that cannot be set aside
 * would hold up its partition for ever. Pure.
 */
final class DeadRecords {
  private static final int LARGE = 512 * 1024;
  private static final int KEPT = 64 * 1024;

  private DeadRecords() {}

  static ProducerRecord<byte[], byte[]> of(
      ConsumerRecord<byte[], byte[]> record, String deadTopic) {
    boolean isLarge = size(record) > LARGE;
    ProducerRecord<byte[], byte[]> dead =
        isLarge
            ? new ProducerRecord<>(deadTopic, cut(record.key()), cut(record.value()))
            : new ProducerRecord<>(deadTopic, record.key(), record.value());
    if (isLarge) {
      dead.headers().add("duly-cut-from", text(size(record)));
    } else {
      record.headers().forEach(header -> dead.headers().add(header));
    }
    dead.headers().add("duly-topic", text(record.topic()));
    dead.headers().add("duly-partition", text(record.partition()));
    dead.headers().add("duly-offset", text(record.offset()));
    dead.headers().add("duly-reason", text(reason(record)));
    return dead;
  }

  private static String reason(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return "no key, which is to be the order id";
    }
    return record.value() == null
        ? "no value, which is to be the run number"
        : "not an order id as key and a run number as value";
  }

  private static long size(ConsumerRecord<byte[], byte[]> record) {
    long size = length(record.key()) + length(record.value());
    for (Header each : record.headers()) {
      size += each.key().length() + length(each.value());
    }
    return size;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static byte @Nullable [] cut(byte @Nullable [] bytes) {
    return bytes != null && bytes.length > KEPT ? Arrays.copyOf(bytes, KEPT) : bytes;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] text(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }
}
