package io.duly.worker;

import io.duly.orders.ClaimedBatch;
import io.duly.orders.Incarnations;
import io.duly.orders.Intent;
import io.duly.orders.ServerPoint;
import io.duly.runtime.KafkaClients;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Announces claims in Kafka before they are sent, so that a database which forgets them can be
 * reminded. After the acknowledgement the server must still be the one that made the claims: a
 * later one is compared with all that was announced before anything is claimed there. Used by the
 * claim thread only, close() apart.
 */
final class Intents implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final KafkaClients kafka;
  private final String clientId;
  private final String topic;
  private final Incarnations incarnations;
  private @Nullable Producer<byte[], byte[]> producer;

  Intents(KafkaClients kafka, String workerId, String topic, Incarnations incarnations) {
    this.kafka = kafka;
    this.clientId = "duly-intents-" + workerId;
    this.topic = topic;
    this.incarnations = incarnations;
  }

  /**
   * Announces {@code batch}; where this throws, nothing of it may be sent.
   *
   * @throws IllegalStateException where Kafka does not acknowledge it in time, or the database has
   *     been restarted meanwhile
   */
  void announce(String worker, ClaimedBatch batch) {
    if (batch.claims().isEmpty()) {
      return;
    }
    ServerPoint point = Objects.requireNonNull(batch.point());
    acknowledge(Intent.of(worker, point, batch.claims()));
    if (!incarnations.current().isEqual(point.startedAt())) {
      throw new IllegalStateException(
          "the database was restarted after a claim: its orders are given back unsent");
    }
  }

  private void acknowledge(Intent intent) {
    Producer<byte[], byte[]> sender = producer == null ? kafka.producer(clientId) : producer;
    producer = sender;
    try {
      sender
          .send(new ProducerRecord<>(topic, intent.value()))
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      close();
      throw new IllegalStateException(
          "Kafka did not acknowledge the intent to send: its orders are given back unsent", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }
}
