package io.duly.cli;

import io.duly.ingest.Schedule;
import io.duly.ingest.ScheduleTable;
import io.duly.ingest.Schedules;
import io.duly.runtime.UserError;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** Fire times as people read them. */
final class FireTimeText {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm:ss xxx", Locale.ROOT);

  private FireTimeText() {}

  /**
   * As the wall clock of the zone of {@code schedule} shows it, with its offset; throws UserError
   * where the zone is unknown.
   */
  static String local(Instant instant, Schedule schedule) {
    return LOCAL.format(instant.atZone(Schedules.zone(schedule)));
  }

  /**
   * When {@code entry} fires next; empty where it does not. Throws UserError where its times cannot
   * be read.
   */
  static Optional<Instant> next(ScheduleTable.Entry entry) {
    if (entry.paused() != null || entry.leftOutAt() != null) {
      return Optional.empty();
    }
    Schedule schedule = entry.schedule();
    return Schedules.times(schedule)
        .after(entry.firedUntil())
        .map(each -> each.isBefore(entry.now()) ? entry.now() : each);
  }

  /** Why {@code entry} does not fire; empty where it does, or is over. */
  static Optional<String> stop(ScheduleTable.Entry entry) {
    if (entry.paused() != null) {
      return Optional.of("paused: " + entry.paused());
    }
    return Optional.ofNullable(entry.leftOutAt())
        .map(
            at ->
                "left out: the settings lack it since "
                    + at.truncatedTo(ChronoUnit.SECONDS)
                    + ", it fires only where ingest was started with it");
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
