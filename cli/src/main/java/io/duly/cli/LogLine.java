package io.duly.cli;

import io.duly.operations.Installation;
import io.duly.orders.FeedTable;
import io.duly.orders.Schema;
import io.duly.orders.SlotState;
import io.duly.orders.Slots;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** One line on how the reconciler keeps up with the database's write-ahead log. */
final class LogLine {
  private LogLine() {}

  static String of(Installation installation) {
    Jdbi jdbi = installation.database().jdbi();
    String name = Schema.slot(installation.settings());
    Optional<SlotState> slot = new Slots(jdbi).find(name);
    FeedTable feed = new FeedTable(jdbi);
    String gap = feed.gap().map(each -> "; gap: " + each.reason()).orElse("");
    if (slot.isEmpty()) {
      return "slot " + name + " is missing" + gap;
    }
    return line(name, slot.get(), feed.sinceConfirmed()) + gap;
  }

  private static String line(String name, SlotState slot, Optional<Duration> age) {
    String lag = age.map(each -> each.toSeconds() + " s ago").orElse("never");
    return "slot %s is %s, %s; %,d KiB retained, last confirmed %s"
        .formatted(
            name,
            slot.isLost() ? "lost" : slot.walStatus(),
            slot.holder() == null ? "not read" : "read by process " + slot.holder(),
            slot.retained() / 1024,
            lag);
  }
}
