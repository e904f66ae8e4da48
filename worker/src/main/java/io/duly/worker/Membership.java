package io.duly.worker;

import io.duly.orders.Lanes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
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

  /** Members send a heartbeat every three to five seconds, unless Kafka is told otherwise. */
  private static final double SILENT_SECONDS = 20;

  private final Supplier<Consumer<byte[], byte[]>> fresh;
  private final String topic;
  private final Lanes lanes;
  private @Nullable Consumer<byte[], byte[]> consumer;
  private @Nullable Metric heartbeat;
  private final Set<String> paused = new HashSet<>();

  Membership(Supplier<Consumer<byte[], byte[]>> fresh, String topic, Lanes lanes) {
    this.fresh = fresh;
    this.topic = topic;
    this.lanes = lanes;
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

  /** Whether there is a consumer that is a member, or about to be one. */
  boolean isJoined() {
    return consumer != null;
  }

  /** Whether the group has it as a member, and the group's coordinator has answered lately. */
  boolean isConnected() {
    if (consumer == null || consumer.groupMetadata().generationId() <= 0) {
      return false;
    }
    if (heartbeat == null) {
      heartbeat = heartbeat(consumer);
    }
    return heartbeat != null
        && heartbeat.metricValue() instanceof Double seconds
        && seconds >= 0
        && seconds < SILENT_SECONDS;
  }

  private static @Nullable Metric heartbeat(Consumer<byte[], byte[]> consumer) {
    return consumer.metrics().values().stream()
        .filter(each -> each.metricName().name().equals("last-heartbeat-seconds-ago"))
        .findFirst()
        .orElse(null);
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

  /** Stops reading a lane while too many of it wait, until half of them are gone. */
  void throttle(Intake intake) {
    for (String lane : lanes.names()) {
      int waiting = intake.size(lane);
      if (consumer != null && waiting > MOST_WAITING && paused.add(lane)) {
        consumer.pause(partitions(consumer, lane));
      } else if (consumer != null && waiting < MOST_WAITING / 2 && paused.remove(lane)) {
        consumer.resume(partitions(consumer, lane));
      }
    }
  }

  private List<TopicPartition> partitions(Consumer<byte[], byte[]> of, String lane) {
    return of.assignment().stream()
        .filter(each -> lanes.of(each.partition()).equals(lane))
        .toList();
  }

  /** Reads all partitions that it has. */
  void resume() {
    paused.clear();
    if (consumer != null) {
      consumer.resume(consumer.assignment());
    }
  }

  /**
   * Closes the consumer, if there is one, within seconds; a later {@link #joined} makes another. A
   * static member stays one for as long as its session lasts.
   */
  void leave() {
    leave(GroupMembershipOperation.DEFAULT);
  }

  /** As {@link #leave}, and the group has the member no more, be it a static one. */
  void quit() {
    leave(GroupMembershipOperation.LEAVE_GROUP);
  }

  private void leave(GroupMembershipOperation operation) {
    if (consumer == null) {
      return;
    }
    try {
      consumer.close(CloseOptions.timeout(PATIENCE).withGroupMembershipOperation(operation));
    } catch (KafkaException e) {
      log.warn("Consumer did not close in good order reason={}", e.toString());
    } finally {
      consumer = null;
      heartbeat = null;
      paused.clear();
    }
  }
}
