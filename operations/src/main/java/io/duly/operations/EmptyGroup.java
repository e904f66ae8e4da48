package io.duly.operations;

import io.duly.orders.Aside;
import io.duly.runtime.Stop;
import io.duly.runtime.UserError;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Has all workers leave their group, and waits until it has no member. One thread. */
final class EmptyGroup {
  /** How long workers stay out of the group after the last request. */
  private static final Duration LEASE = Duration.ofSeconds(10);

  private static final Duration LOOK = Duration.ofMillis(200);

  private final Admin admin;
  private final String group;
  private final Duration patience;

  /** Waits for {@code patience} at the most. */
  EmptyGroup(Admin admin, String group, Duration patience) {
    this.admin = admin;
    this.group = group;
    this.patience = patience;
  }

  /**
   * Returns how many members there were; the workers stay out for ten seconds from then.
   *
   * @throws UserError where members are left after the patience, or {@code stop} is raised
   */
  int await(Aside aside, Stop stop) throws InterruptedException, ExecutionException {
    int before = members().size();
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      aside.ask(LEASE);
      Collection<MemberDescription> members = members();
      if (members.isEmpty()) {
        return before;
      }
      if (stop.pause(LOOK)) {
        throw new UserError("stopped while members were leaving: nothing was changed");
      }
      if (System.nanoTime() > until) {
        throw new UserError(
            "group "
                + group
                + " still has members after "
                + patience.toSeconds()
                + " s, and Kafka moves no offsets of such a group: nothing was changed; stop "
                + members.stream().map(MemberDescription::clientId).sorted().distinct().toList());
      }
    }
  }

  private Collection<MemberDescription> members() throws InterruptedException, ExecutionException {
    try {
      return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
          .flatMap(each -> each.members().stream())
          .toList();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      throw e;
    }
  }
}
