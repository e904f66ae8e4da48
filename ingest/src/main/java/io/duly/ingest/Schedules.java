package io.duly.ingest;

import io.duly.runtime.Durations;
import io.duly.runtime.LaneShares;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads schedules as people write them. */
public final class Schedules {
  private static final String CATCH_UP = "1h";

  /** Ingest looks at the clock twice a second, and may have to wait for the database. */
  private static final Duration LEAST_CATCH_UP = Duration.ofMinutes(1);

  private final String name;
  private final Map<String, String> properties;
  private final List<String> mistakes = new ArrayList<>();

  private Schedules(String name, Map<String, String> properties) {
    this.name = name;
    this.properties = properties;
  }

  /**
   * Those of the settings.
   *
   * @throws UserError with all mistakes, one a line
   */
  public static List<Schedule> of(Settings settings) {
    List<Schedule> schedules = new ArrayList<>();
    List<String> mistakes = new ArrayList<>();
    settings
        .schedules()
        .forEach(
            (name, properties) -> {
              try {
                schedules.add(of(name, properties));
              } catch (UserError e) {
                mistakes.add(e.getMessage());
              }
            });
    if (!mistakes.isEmpty()) {
      throw new UserError(String.join(System.lineSeparator(), mistakes));
    }
    return schedules;
  }

  /**
   * A schedule of the {@code properties} cron or at, zone, filter, lane and catch-up.
   *
   * @throws UserError with all mistakes, one a line
   */
  public static Schedule of(String name, Map<String, String> properties) {
    return new Schedules(name, properties).read();
  }

  /**
   * The zone of {@code schedule}.
   *
   * @throws UserError where this machine's Java does not know it
   */
  public static ZoneId zone(Schedule schedule) {
    try {
      return ZoneId.of(schedule.zone());
    } catch (DateTimeException e) {
      throw new UserError(
          "schedule "
              + schedule.name()
              + ": '"
              + schedule.zone()
              + "' is no time zone that this machine's Java knows: update Java, or write it as in UTC or Europe/Berlin",
          e);
    }
  }

  /**
   * When {@code schedule} fires.
   *
   * @throws UserError where its expression is none, or its zone is unknown
   */
  public static FireTimes times(Schedule schedule) {
    Instant at = schedule.at();
    if (at != null) {
      return FireTimes.once(at);
    }
    String cron = Objects.requireNonNull(schedule.cron());
    ZoneId zone = zone(schedule);
    try {
      return CronTimes.of(cron, zone);
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "schedule "
              + schedule.name()
              + ": '"
              + cron
              + "' is no cron expression ("
              + e.getMessage()
              + "): write minute hour day month weekday, as in 30 2 * * 1-5",
          e);
    }
  }

  private Schedule read() {
    String cron = properties.get("cron");
    String at = properties.get("at");
    ZoneId zone = zone();
    if ((cron == null) == (at == null)) {
      mistakes.add("give either a cron expression or the one time at which it fires");
    }
    Instant instant = at == null ? null : instant(at, zone);
    Duration catchUp = catchUp();
    if (!Settings.isScheduleName(name)) {
      mistakes.add("a name has small letters, digits and dashes, at most 40");
    }
    if (!mistakes.isEmpty()) {
      throw new UserError("schedule " + name + ": " + String.join("; ", mistakes));
    }
    Schedule schedule =
        new Schedule(
            name,
            cron,
            instant,
            zone.getId(),
            properties.getOrDefault("filter", ""),
            properties.getOrDefault("lane", LaneShares.MAIN),
            catchUp);
    if (times(schedule).latest(Instant.parse("2100-01-01T00:00:00Z")).isEmpty()) {
      throw new UserError("schedule " + name + ": '" + cron + "' never fires, no such day exists");
    }
    return schedule;
  }

  private ZoneId zone() {
    String text = properties.getOrDefault("zone", "UTC");
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      mistakes.add("'" + text + "' is no time zone: write it as in UTC or Europe/Berlin");
      return ZoneId.of("UTC");
    }
  }

  /** Either a time with its offset, or the wall clock's in the zone. */
  private @Nullable Instant instant(String text, ZoneId zone) {
    String iso = text.strip().replace(' ', 'T');
    try {
      return OffsetDateTime.parse(iso).toInstant();
    } catch (DateTimeException e) {
      try {
        return FireTimes.resolve(LocalDateTime.parse(iso), zone.getRules());
      } catch (DateTimeException local) {
        mistakes.add(
            "'" + text + "' is no time: write it as in 2027-03-28T02:30 or 2027-03-28T00:30Z");
        return null;
      }
    }
  }

  private Duration catchUp() {
    String text = properties.getOrDefault("catch-up", CATCH_UP);
    try {
      Duration catchUp = Durations.parse(text);
      if (catchUp.compareTo(LEAST_CATCH_UP) < 0) {
        mistakes.add(
            "catch-up: '" + text + "' is less than 1m, so that all its times could be missed");
      }
      return catchUp;
    } catch (IllegalArgumentException e) {
      mistakes.add("catch-up: " + e.getMessage());
      return Duration.ZERO;
    }
  }
}
