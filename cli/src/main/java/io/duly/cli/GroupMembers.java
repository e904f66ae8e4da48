package io.duly.cli;

import io.duly.runtime.Stop;
import io.duly.runtime.UserError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Waits until the members of a consumer group have joined and hold partitions. Thread-safe. */
final class GroupMembers {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private GroupMembers() {}

  /**
   * Returns when {@code count} members are stable in {@code group}; throws UserError after a
   * minute.
   */
  static void await(Admin admin, String group, int count, Stop stop) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!areReady(admin, group, count) && !stop.pause(LOOK)) {
      if (System.nanoTime() > until) {
        throw new UserError(
            "the workers did not join group " + group + " within a minute: see their logs");
      }
    }
  }

  private static boolean areReady(Admin admin, String group, int count) {
    try {
      ConsumerGroupDescription found =
          admin.describeConsumerGroups(List.of(group)).all().get().values().iterator().next();
      return found.groupState() == GroupState.STABLE
          && found.members().stream()
                  .filter(each -> !each.assignment().topicPartitions().isEmpty())
                  .count()
              >= count;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return false;
      }
      throw new IllegalStateException("group " + group + " cannot be described", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
