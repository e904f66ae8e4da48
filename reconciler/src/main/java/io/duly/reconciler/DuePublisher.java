package io.duly.reconciler;

import io.duly.orders.DueRecord;
import io.duly.orders.DueTopic;
import io.duly.orders.LogMessage;
import io.duly.orders.RunLanes;
import io.duly.runtime.Failpoint;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes orders that the log says are due again, in the lanes of their runs. Not thread-safe.
 */
final class DuePublisher {
  private static final Logger log = LoggerFactory.getLogger(DuePublisher.class);

  private final DueTopic topic;
  private final RunLanes runs;

  DuePublisher(DueTopic topic, RunLanes runs) {
    this.topic = topic;
    this.runs = runs;
  }

  /** Publishes {@code due}; returns when the brokers have them, throws where one was refused. */
  void publish(List<LogMessage.Entry> due) throws Exception {
    if (due.isEmpty()) {
      return;
    }
    Failpoint.RECONCILER_PUBLISHING.reach();
    topic.publish(
        due.stream()
            .map(
                each ->
                    new DueTopic.Entry(
                        new DueRecord(each.orderId(), each.runId()), runs.of(each.runId())))
            .toList());
    log.info("Orders published again orders={}", due.size());
    Failpoint.RECONCILER_PUBLISHED.reach();
  }
}
