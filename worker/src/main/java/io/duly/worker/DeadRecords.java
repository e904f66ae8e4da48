package io.duly.worker;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Makes the record that keeps an unreadable one, with its origin in headers. */
final class DeadRecords {
  private DeadRecords() {}

  static ProducerRecord<byte[], byte[]> of(
      ConsumerRecord<byte[], byte[]> record, String deadTopic) {
    ProducerRecord<byte[], byte[]> dead =
        new ProducerRecord<>(deadTopic, record.key(), record.value());
    record.headers().forEach(header -> dead.headers().add(header));
    dead.headers().add("duly-topic", record.topic().getBytes(StandardCharsets.UTF_8));
    dead.headers().add("duly-partition", text(record.partition()));
    dead.headers().add("duly-offset", text(record.offset()));
    dead.headers()
        .add(
            "duly-reason",
            "neither an order id as key nor a run number as value"
                .getBytes(StandardCharsets.UTF_8));
    return dead;
  }

  private static byte[] text(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }
}
