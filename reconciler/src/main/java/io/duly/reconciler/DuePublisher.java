package io.duly.reconciler;

import io.duly.orders.DueRecord;
import io.duly.orders.Lanes;
import io.duly.orders.LogMessage;
import io.duly.orders.RunLanes;
import io.duly.runtime.Failpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes orders that the log says are due again, in the lanes of their runs. Not thread-safe.
 */
final class DuePublisher {
  private static final Logger log = LoggerFactory.getLogger(DuePublisher.class);

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final Lanes lanes;
  private final RunLanes runs;

  DuePublisher(Producer<byte[], byte[]> producer, String topic, Lanes lanes, RunLanes runs) {
    this.producer = producer;
    this.topic = topic;
    this.lanes = lanes;
    this.runs = runs;
  }

  /** Publishes {@code due}; returns when the brokers have them, throws where one was refused. */
  void publish(List<LogMessage.Entry> due) throws Exception {
    if (due.isEmpty()) {
      return;
    }
    Failpoint.RECONCILER_PUBLISHING.reach();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    int partitions = producer.partitionsFor(topic).size();
    for (LogMessage.Entry each : due) {
      DueRecord record = new DueRecord(each.orderId(), each.runId());
      sent.add(producer.send(lanes.record(topic, partitions, runs.of(each.runId()), record)));
    }
    producer.flush();
    for (Future<RecordMetadata> each : sent) {
      each.get(1, TimeUnit.MINUTES);
    }
    log.info("Orders published again orders={}", due.size());
    Failpoint.RECONCILER_PUBLISHED.reach();
  }
}
