package io.duly.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a look at the clock makes of a schedule: of the fire times since the last look the latest
 * one opens a run, if it is found in time; that run takes what the earlier ones would have taken,
 * and they are missed.
 *
 * @param opens the fire time of the run to open
 * @param missed the latest of the missed fire times, newest first
 * @param isCut whether there are more missed ones than listed
 */
record Firing(Optional<Instant> opens, List<Instant> missed, boolean isCut) {
  /** Missed fire times that are listed at most. */
  static final int LISTED = 20;

  static final Firing NONE = new Firing(Optional.empty(), List.of(), false);

  Firing {
    missed = List.copyOf(missed);
  }

  /**
   * At {@code now}, after a look that took all up to {@code firedUntil}: a fire time may be {@code
   * catchUp} late.
   */
  static Firing at(FireTimes times, Instant firedUntil, Instant now, Duration catchUp) {
    Optional<Instant> newest = latest(times, now, firedUntil);
    if (newest.isEmpty()) {
      return NONE;
    }
    Optional<Instant> opens = newest.filter(each -> !each.isBefore(now.minus(catchUp)));
    Optional<Instant> next =
        opens.isPresent() ? latest(times, before(opens.get()), firedUntil) : newest;
    List<Instant> missed = new ArrayList<>();
    while (next.isPresent() && missed.size() < LISTED) {
      missed.add(next.get());
      next = latest(times, before(next.get()), firedUntil);
    }
    return new Firing(opens, missed, next.isPresent());
  }

  /** The newest fire time that it takes; empty where there is none. */
  Optional<Instant> newest() {
    return opens.or(() -> missed.stream().findFirst());
  }

  private static Optional<Instant> latest(FireTimes times, Instant upTo, Instant after) {
    return times.latest(upTo).filter(each -> each.isAfter(after));
  }

  private static Instant before(Instant instant) {
    return instant.minusNanos(1);
  }
}
