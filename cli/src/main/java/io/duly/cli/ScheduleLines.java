package io.duly.cli;

import io.duly.ingest.Schedule;
import io.duly.ingest.ScheduleTable;
import io.duly.operations.Installation;
import io.duly.orders.Run;
import io.duly.orders.RunTable;
import io.duly.runtime.UserError;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
          "missed     %d fire times in %d days, the latest of '%s' at %s: `duly schedule fire %s` opens a run%n",
          missed.size(), LATELY.toDays(), latest.schedule(), latest.fireTime(), latest.schedule());
    }
  }

  private static String next(ScheduleTable.Entry entry) {
    Optional<String> stop = FireTimeText.stop(entry);
    if (stop.isPresent()) {
      return "is " + stop.get();
    }
    try {
      return FireTimeText.next(entry).map(at -> next(at, entry.schedule())).orElse("fires no more");
    } catch (UserError e) {
      return "cannot fire: " + e.getMessage();
    }
  }

  private static String next(Instant at, Schedule schedule) {
    return "fires next " + FireTimeText.local(at, schedule) + " (" + schedule.zone() + "), " + at;
  }
}
