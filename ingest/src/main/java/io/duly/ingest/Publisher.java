package io.duly.ingest;

import io.duly.orders.DueRecord;
import io.duly.orders.Lanes;
import io.duly.orders.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;

/**
 * Publishes ids to the topic of due orders and waits until all of a page are acknowledged. Not
 * thread-safe.
 */
final class Publisher {
  private final Producer<byte[], byte[]> producer;
  private final Admin admin;
  private final String topic;
  private final Lanes lanes;

  Publisher(Producer<byte[], byte[]> producer, Admin admin, String topic, Lanes lanes) {
    this.producer = producer;
    this.admin = admin;
    this.topic = topic;
    this.lanes = lanes;
  }

  /**
   * Publishes {@code ids} in the lane of {@code run}; returns when the brokers have them, throws
   * where one was refused.
   */
  void publish(Run run, List<String> ids)
      throws InterruptedException, ExecutionException, TimeoutException {
    List<Future<RecordMetadata>> sent = new ArrayList<>(ids.size());
    int partitions = partitions();
    for (String id : ids) {
      DueRecord due = new DueRecord(id, run.id());
      sent.add(producer.send(lanes.record(topic, partitions, run.selection().lane(), due)));
    }
    producer.flush();
    for (Future<RecordMetadata> each : sent) {
      each.get(1, TimeUnit.MINUTES);
    }
  }

  private int partitions() {
    List<PartitionInfo> partitions = producer.partitionsFor(topic);
    return partitions.size();
  }

  /** Where the topic ends, by partition. */
  List<Long> ends() throws InterruptedException, ExecutionException {
    return EndOffsets.of(admin, topic, partitions());
  }
}
