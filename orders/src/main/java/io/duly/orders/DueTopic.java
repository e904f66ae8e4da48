package io.duly.orders;

import io.duly.runtime.Settings;
import io.duly.runtime.Traces;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The topic of due orders, for whoever writes to it. A record goes to the lane of its run, and
 * within the lane where its ordering key says. Not thread-safe.
 */
public final class DueTopic {
  /** A record and the lane of its run. */
  public record Entry(DueRecord record, String lane) {}

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final Lanes lanes;
  private final OrderingKeys ordering;
  private final @Nullable Traces traces;

  /** The topic of the settings; throws UserError where its lanes or its order cannot be. */
  public DueTopic(
      Producer<byte[], byte[]> producer, Settings settings, Jdbi jdbi, OrdersTable table) {
    this.producer = producer;
    this.topic = Topics.of(settings).due();
    this.lanes = Lanes.of(settings);
    this.ordering = OrderingKeys.of(settings, jdbi, table);
    this.traces = settings.isTrue("tracing") ? new Traces() : null;
  }

  /** Publishes {@code due}; returns when the brokers have them, throws where one was refused. */
  public void publish(List<Entry> due)
      throws InterruptedException, ExecutionException, TimeoutException {
    List<Future<RecordMetadata>> sent = new ArrayList<>(due.size());
    int partitions = partitions();
    Map<String, String> keys =
        ordering.of(due.stream().map(each -> each.record().orderId()).toList());
    for (Entry each : due) {
      String key = Objects.requireNonNull(keys.get(each.record().orderId()));
      int partition =
          lanes.partition(partitions, each.lane(), key.getBytes(StandardCharsets.UTF_8));
      sent.add(producer.send(traced(each.record(), partition)));
    }
    producer.flush();
    for (Future<RecordMetadata> each : sent) {
      each.get(1, TimeUnit.MINUTES);
    }
  }

  private ProducerRecord<byte[], byte[]> traced(DueRecord due, int partition) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, partition, due.key(), due.value());
    if (traces != null) {
      Traces.write(traces.publish(due.orderId(), due.runId()), record.headers());
    }
    return record;
  }

  public String name() {
    return topic;
  }

  public int partitions() {
    return producer.partitionsFor(topic).size();
  }
}
