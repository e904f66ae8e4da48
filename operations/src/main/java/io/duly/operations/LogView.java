package io.duly.operations;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duly.operations.Problem.Kind;
import io.duly.orders.FeedTable;
import io.duly.orders.Gap;
import io.duly.orders.Schema;
import io.duly.orders.SlotState;
import io.duly.orders.Slots;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Whether the reconciler reads the write-ahead log, and what the server keeps of it. */
final class LogView {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LEAST_AGE = Duration.ofSeconds(30);
  private static final int BEATS = 6;

  private final Jdbi jdbi;
  private final String name;
  private final Duration mostAge;
  private final long mostBytes;

  LogView(Installation installation) {
    this.jdbi = installation.database().jdbi();
    this.name = Schema.slot(installation.settings());
    Duration beats =
        installation.settings().duration("reconciler.beat-interval").multipliedBy(BEATS);
    this.mostAge = beats.compareTo(LEAST_AGE) < 0 ? LEAST_AGE : beats;
    this.mostBytes = (long) installation.settings().number("reconciler.retained-wal-warning") << 20;
  }

  /** How it stands now; what is wrong is added to {@code problems}. */
  ObjectNode read(List<Problem> problems) {
    Optional<SlotState> slot = new Slots(jdbi).find(name);
    FeedTable feed = new FeedTable(jdbi);
    Optional<Duration> age = feed.sinceConfirmed();
    Optional<Gap> gap = feed.gap();
    boolean isRead =
        slot.isPresent()
            && !slot.get().isLost()
            && slot.get().holder() != null
            && age.isPresent()
            && age.get().compareTo(mostAge) < 0;
    if (!isRead) {
      problems.add(
          new Problem(
              Kind.LOG_NOT_READ,
              slot.isEmpty()
                  ? "replication slot " + name + " is missing"
                  : "slot %s is %s; last confirmed %s"
                      .formatted(
                          name,
                          slot.get().holder() == null ? "read by nobody" : "read, without progress",
                          age.map(each -> each.toSeconds() + " s ago").orElse("never"))));
    }
    gap.ifPresent(each -> problems.add(new Problem(Kind.LOG_GAP, each.reason())));
    long retained = slot.map(SlotState::retained).orElse(0L);
    if (retained > mostBytes) {
      problems.add(
          new Problem(
              Kind.LOG_RETAINED,
              "the server keeps %,d MiB of its log for slot %s".formatted(retained >> 20, name)));
    }
    return JSON.createObjectNode()
        .put("slot", name)
        .put("read", isRead)
        .put("retainedBytes", retained)
        .put("confirmedAgo", age.map(each -> each.toMillis() / 1e3).orElse(null))
        .put("gap", gap.map(Gap::reason).orElse(null));
  }
}
