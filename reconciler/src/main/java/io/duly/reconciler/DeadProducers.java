package io.duly.reconciler;

import io.duly.orders.WorkerTable.Heartbeat;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fences the producers of dead workers, so that what they left open is aborted at once: whoever
 * gets their partitions cannot read the group's offsets before. A new worker of the same name has
 * fenced its predecessor by itself and is left alone. Thread-safe.
 */
final class DeadProducers {
  private static final Logger log = LoggerFactory.getLogger(DeadProducers.class);

  private final Admin admin;
  private final String group;

  /** Of the workers of {@code group}, through an {@code admin} that its owner closes. */
  DeadProducers(Admin admin, String group) {
    this.admin = admin;
    this.group = group;
  }

  /** Fences that of {@code dead} unless one of {@code alive} bears its name; does not wait. */
  void fence(Heartbeat dead, List<Heartbeat> alive) {
    String name = name(dead);
    if (alive.stream().anyMatch(each -> !each.equals(dead) && name(each).equals(name))) {
      return;
    }
    var unused =
        admin
            .fenceProducers(List.of(group + "-" + name))
            .all()
            .whenComplete((nothing, failure) -> tell(dead, failure));
  }

  private static void tell(Heartbeat dead, @Nullable Throwable failure) {
    if (failure != null) {
      log.warn(
          "The producer of a dead worker is not fenced, Kafka aborts its transaction later worker={} reason={}",
          dead.workerId(),
          failure.toString());
    }
  }

  /** The worker's id without what tells its lives apart. */
  private static String name(Heartbeat heartbeat) {
    String id = heartbeat.workerId();
    int end = id.lastIndexOf('#');
    return end < 0 ? id : id.substring(0, end);
  }
}
