package io.duly.ingest;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When runs open, and what they take.
 *
 * @param cron a cron expression of five fields; null for a schedule that fires once
 * @param at when it fires, once; null for a cron expression
 * @param zone name of the zone whose wall clock the expression means; see {@link Schedules#zone}
 * @param filter SQL condition on the orders table beside the one of the settings; empty takes all
 * @param lane the lane of its runs
 * @param catchUp how late it may fire
 */
public record Schedule(
    String name,
    @Nullable String cron,
    @Nullable Instant at,
    String zone,
    String filter,
    String lane,
    Duration catchUp) {
  public Schedule {
    if ((cron == null) == (at == null)) {
      throw new IllegalArgumentException(
          "schedule " + name + ": either cron or at, cron=" + cron + " at=" + at);
    }
  }
}
