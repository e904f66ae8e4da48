package io.duly.cli;

import io.duly.ingest.Schedule;
import io.duly.ingest.ScheduleTable;
import io.duly.ingest.Schedules;
import io.duly.runtime.UserError;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Fire times as people read them. */
final class FireTimeText {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm:ss xxx", Locale.ROOT);

  private FireTimeText() {}

  /** As the wall clock of {@code zone} shows it, with its offset. */
  static String local(Instant instant, ZoneId zone) {
    return LOCAL.format(instant.atZone(zone));
  }

  /** When {@code entry} fires next; empty where it does not. */
  static Optional<Instant> next(ScheduleTable.Entry entry) {
    if (entry.paused() != null) {
      return Optional.empty();
    }
    Schedule schedule = entry.schedule();
    return Schedules.times(schedule)
        .after(entry.firedUntil())
        .map(each -> each.isBefore(entry.now()) ? entry.now() : each);
  }

  /** {@code text} as an instant; throws UserError where it is none. */
  static Instant instant(String option, String text) {
    try {
      return Instant.parse(text);
    } catch (java.time.format.DateTimeParseException e) {
      throw new UserError(option + " is '" + text + "': write it as in 2027-03-28T00:30:00Z", e);
    }
  }
}
