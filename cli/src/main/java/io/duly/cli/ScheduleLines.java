package io.duly.cli;

import io.duly.ingest.ScheduleTable;
import io.duly.operations.Installation;
import io.duly.orders.Run;
import io.duly.orders.RunTable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/** When the schedules fire next, and what they missed lately, a line each. */
final class ScheduleLines {
  private static final Duration LATELY = Duration.ofDays(7);

  private ScheduleLines() {}

  static void print(PrintWriter out, Installation installation, RunTable runs) {
    for (ScheduleTable.Entry each : new ScheduleTable(installation.database().jdbi()).list()) {
      out.printf("schedule   %s %s%n", each.schedule().name(), next(each));
    }
    List<Run> missed = runs.missed(LATELY);
    if (!missed.isEmpty()) {
      Run latest = missed.get(0);
      out.printf(
          "missed     %d fire times in %d days, the latest of '%s' at %s: `duly ingest --now` opens a run%n",
          missed.size(), LATELY.toDays(), latest.schedule(), latest.fireTime());
    }
  }

  private static String next(ScheduleTable.Entry entry) {
    if (entry.paused() != null) {
      return "is paused: " + entry.paused();
    }
    return FireTimeText.next(entry)
        .map(
            at ->
                "fires next "
                    + FireTimeText.local(at, entry.schedule().zone())
                    + " ("
                    + entry.schedule().zone()
                    + "), "
                    + at)
        .orElse("fires no more");
  }
}
