package io.duly.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random expressions, zones, clocks that jump, and looks that a crash takes back, judged by {@link
 * MinuteOracle}.
 */
class FiringPropertyTest {
  private static final int CASES = 20_000;
  private static final int STEPS = 50;
  private static final List<ZoneId> ZONES =
      ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();

  private long opened;
  private long missed;
  private long changes;

  @Test
  @Timeout(300)
  void eachFireTimeIsTakenOnceAndRightlyWhateverTheClockDoes() {
    long seed = Long.getLong("duly.seed", System.nanoTime());
    for (int i = 0; i < CASES; i++) {
      check(seed + i);
    }
    System.out.printf(
        "%d random schedules from seed %d: %d runs opened, %d fire times missed, %d cases over a change of the clocks%n",
        CASES, seed, opened, missed, changes);
    assertThat(opened).isPositive();
    assertThat(missed).isPositive();
    assertThat(changes).isGreaterThan(CASES / 4);
  }

  private void check(long seed) {
    Random random = new Random(seed);
    ZoneId zone = ZONES.get(random.nextInt(ZONES.size()));
    RandomCron cron = new RandomCron(random);
    int days = random.nextInt(100) == 0 ? 60 : 1 + random.nextInt(2);
    Instant start = start(random, zone);
    Instant end = start.plus(Duration.ofDays(days));
    changes += zone.getRules().getOffset(start).equals(zone.getRules().getOffset(end)) ? 0 : 1;
    MinuteOracle oracle = new MinuteOracle(cron::matches, zone, start, end);
    FireTimes times = CronTimes.of(cron.toString(), zone);
    String name = "seed " + seed + ": '" + cron + "' in " + zone + " from " + start;

    assertThat(walk(times, start, end)).as(name).isEqualTo(oracle.first(STEPS));
    Duration catchUp = Duration.ofSeconds(1L + random.nextInt(days * 43_200));
    Instant firedUntil = start;
    for (Instant now : readings(random, start, end)) {
      Firing firing = Firing.at(times, firedUntil, now, catchUp);
      if (random.nextInt(4) == 0) {
        continue; // the process died before its commit
      }
      assertThat(events(firing)).as(name + " at " + now).isEqualTo(expected(oracle, now, catchUp));
      firedUntil = firing.newest().orElse(firedUntil);
    }
  }

  /** Near a change of the clocks, where the zone has any. */
  private static Instant start(Random random, ZoneId zone) {
    Instant any = Instant.parse("1990-01-01T00:00:00Z").plusSeconds(random.nextLong(1_400_000_000));
    ZoneOffsetTransition change = zone.getRules().nextTransition(any);
    Instant near =
        change == null
            ? any
            : change.getInstant().minusSeconds(random.nextInt(2 * 86_400) - 43_200L);
    return near.truncatedTo(ChronoUnit.MINUTES);
  }

  /** The first fire times, by going from one to the next. */
  private static List<Instant> walk(FireTimes times, Instant start, Instant end) {
    List<Instant> found = new ArrayList<>();
    Optional<Instant> next = times.after(start);
    while (next.isPresent() && !next.get().isAfter(end) && found.size() < STEPS) {
      found.add(next.get());
      next = times.after(next.get());
    }
    return found;
  }

  /** Clock readings that mostly go on, and now and then jump to anywhere. */
  private static List<Instant> readings(Random random, Instant start, Instant end) {
    long span = Duration.between(start, end).toSeconds();
    List<Instant> readings = new ArrayList<>();
    long at = 0;
    for (int i = 3 + random.nextInt(12); i > 0; i--) {
      at = random.nextInt(5) == 0 ? random.nextLong(span) : at + random.nextLong(span / 8);
      at = Math.min(at, span);
      readings.add(start.plusSeconds(at));
    }
    return readings;
  }

  private List<MinuteOracle.Event> events(Firing firing) {
    List<MinuteOracle.Event> events = new ArrayList<>();
    firing.opens().ifPresent(each -> events.add(new MinuteOracle.Event(each, true)));
    firing.missed().forEach(each -> events.add(new MinuteOracle.Event(each, false)));
    opened += firing.opens().isPresent() ? 1 : 0;
    missed += firing.missed().size();
    return events;
  }

  private static List<MinuteOracle.Event> expected(
      MinuteOracle oracle, Instant now, Duration catchUp) {
    List<MinuteOracle.Event> all = oracle.look(now, catchUp);
    boolean opens = !all.isEmpty() && all.get(0).opens();
    return all.subList(0, Math.min(all.size(), Firing.LISTED + (opens ? 1 : 0)));
  }
}
