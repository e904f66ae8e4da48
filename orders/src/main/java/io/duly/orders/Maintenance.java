package io.duly.orders;

import io.duly.runtime.Settings;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The times at which the API is not to be called. Immutable. */
public final class Maintenance {
  /** A window of each {@code day} of the week, of every day where null; may pass midnight. */
  private record Window(@Nullable DayOfWeek day, LocalTime from, LocalTime to) {
    boolean touches(LocalDate date, Instant first, Instant last, ZoneId zone) {
      if (day != null && day != date.getDayOfWeek()) {
        return false;
      }
      LocalDate end = to.isAfter(from) ? date : date.plusDays(1);
      return !date.atTime(from).atZone(zone).toInstant().isAfter(last)
          && end.atTime(to).atZone(zone).toInstant().isAfter(first);
    }
  }

  private final List<Window> windows = new ArrayList<>();
  private final ZoneId zone;

  /** Windows written as in {@code 01:00-02:30, Sun 03:00-05:00}. */
  public Maintenance(String text, ZoneId zone) {
    this.zone = zone;
    for (String each : text.split(",", -1)) {
      if (!each.isBlank()) {
        windows.add(window(each.strip()));
      }
    }
  }

  /** Those of api.maintenance. */
  public static Maintenance of(Settings settings) {
    return new Maintenance(
        settings.text("api.maintenance"), ZoneId.of(settings.text("api.maintenance-zone")));
  }

  private static Window window(String text) {
    String[] words = text.split(" +", -1);
    String[] ends = words[words.length - 1].split("-", -1);
    return new Window(
        words.length == 1 ? null : day(words[0]),
        LocalTime.parse(ends[0]),
        LocalTime.parse(ends[1]));
  }

  private static DayOfWeek day(String text) {
    return Arrays.stream(DayOfWeek.values())
        .filter(day -> day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no day of the week"));
  }

  /** Whether a call from {@code start} on that lasts {@code longest} ends before any window. */
  public boolean allows(Instant start, Duration longest) {
    LocalDate today = start.atZone(zone).toLocalDate();
    Instant end = start.plus(longest);
    return windows.stream()
        .noneMatch(
            window ->
                today
                    .minusDays(1)
                    .datesUntil(end.atZone(zone).toLocalDate().plusDays(1))
                    .anyMatch(date -> window.touches(date, start, end, zone)));
  }
}
