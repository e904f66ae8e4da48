package io.duly.worker;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's place in the group: a consumer, and after a failure that no consumer survives a new
 * one. Used by the poll thread only.
 */
final class Membership {
  private static final Logger log = LoggerFactory.getLogger(Membership.class);
  private static final int MOST_WAITING = 5_000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Supplier<Consumer<byte[], byte[]>> fresh;
  private final String topic;
  private @Nullable Consumer<byte[], byte[]> consumer;
  private boolean isPaused;

  Membership(Supplier<Consumer<byte[], byte[]>> fresh, String topic) {
    this.fresh = fresh;
    this.topic = topic;
  }

  /** The consumer that is a member now; one that subscribes with {@code listener} if none is. */
  Consumer<byte[], byte[]> joined(ConsumerRebalanceListener listener) {
    if (consumer == null) {
      Consumer<byte[], byte[]> made = fresh.get();
      made.subscribe(List.of(topic), listener);
      consumer = made;
    }
    return consumer;
  }

  /**
   * Whether the consumer can go on after {@code failure}: it says itself that the same may work the
   * next time. All else (authentication, authorization, fencing, a bug) may have left it broken.
   */
  static boolean isSurvived(RuntimeException failure) {
    return failure instanceof RetriableException
        || failure instanceof WakeupException
        || failure instanceof InterruptException;
  }

  /** Stops reading while {@code waiting} is too many, until half of them are gone. */
  void throttle(int waiting) {
    if (consumer != null && !isPaused && waiting > MOST_WAITING) {
      isPaused = true;
      consumer.pause(consumer.assignment());
    } else if (isPaused && waiting < MOST_WAITING / 2) {
      resume();
    }
  }

  /** Reads all partitions that it has. */
  void resume() {
    isPaused = false;
    if (consumer != null) {
      consumer.resume(consumer.assignment());
    }
  }

  /**
   * Closes the consumer, if there is one, within seconds; a later {@link #joined} makes another.
   */
  void leave() {
    if (consumer == null) {
      return;
    }
    try {
      consumer.close(CloseOptions.timeout(PATIENCE));
    } catch (KafkaException e) {
      log.warn("Consumer did not close in good order reason={}", e.toString());
    } finally {
      consumer = null;
      isPaused = false;
    }
  }
}
