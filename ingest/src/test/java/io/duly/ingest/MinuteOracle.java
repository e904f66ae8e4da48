package io.duly.ingest;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is right, found by walking through all minutes and looking at a wall clock: written apart
 * from the code that it judges, and without its library.
 */
final class MinuteOracle {
  /** What became of a fire time. */
  record Event(Instant fireTime, boolean opens) {}

  /** No zone has shown more of a day twice since 1990. */
  private static final Duration LONGEST_REPEAT = Duration.ofHours(6);

  private final List<Instant> fireTimes = new ArrayList<>();
  private final Set<Instant> taken = new HashSet<>();

  /** Of what is due after {@code start} and not after {@code end}, both at full minutes. */
  MinuteOracle(Predicate<LocalDateTime> isDue, ZoneId zone, Instant start, Instant end) {
    LocalDateTime latest = wallClock(start.minus(LONGEST_REPEAT), zone);
    for (Instant each = start.minus(LONGEST_REPEAT);
        !each.isAfter(end);
        each = each.plusSeconds(60)) {
      LocalDateTime shown = wallClock(each, zone);
      boolean fires = false;
      while (latest.isBefore(shown)) { // once a minute; more often where the clock jumps
        latest = latest.plusMinutes(1);
        fires |= each.isAfter(start) && isDue.test(latest);
      }
      if (fires) {
        fireTimes.add(each);
      }
    }
  }

  private static LocalDateTime wallClock(Instant instant, ZoneId zone) {
    return LocalDateTime.ofEpochSecond(
        instant.getEpochSecond(), 0, zone.getRules().getOffset(instant));
  }

  List<Instant> first(int count) {
    return fireTimes.subList(0, Math.min(count, fireTimes.size()));
  }

  /** What a look at {@code now} does, newest first. */
  List<Event> look(Instant now, Duration catchUp) {
    List<Event> events = new ArrayList<>();
    for (int i = fireTimes.size() - 1; i >= 0; i--) {
      Instant each = fireTimes.get(i);
      if (!each.isAfter(now) && taken.add(each)) {
        boolean isInTime = Duration.between(each, now).compareTo(catchUp) <= 0;
        events.add(new Event(each, events.isEmpty() && isInTime));
      }
    }
    return events;
  }
}
