package io.duly.ingest;

import io.duly.orders.DueRecord;
import io.duly.orders.DueTopic;
import io.duly.orders.Run;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Publishes ids of runs, and tells where the topic of due orders ends. Not thread-safe. */
final class Publisher {
  private final DueTopic topic;
  private final Admin admin;

  Publisher(DueTopic topic, Admin admin) {
    this.topic = topic;
    this.admin = admin;
  }

  /**
   * Publishes {@code ids} in the lane of {@code run}; returns when the brokers have them, throws
   * where one was refused.
   */
  void publish(Run run, List<String> ids)
      throws InterruptedException, ExecutionException, TimeoutException {
    String lane = run.selection().lane();
    topic.publish(
        ids.stream().map(id -> new DueTopic.Entry(new DueRecord(id, run.id()), lane)).toList());
  }

  /** Where the topic ends, by partition. */
  List<Long> ends() throws InterruptedException, ExecutionException {
    return EndOffsets.of(admin, topic.name(), topic.partitions());
  }
}
