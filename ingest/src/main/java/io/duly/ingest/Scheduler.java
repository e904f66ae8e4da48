package io.duly.ingest;

import io.duly.orders.Lanes;
import io.duly.orders.OrdersTable;
import io.duly.orders.Run;
import io.duly.runtime.UserError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the runs of the schedules at their times, and says which were missed. Any number of
 * instances may do so: the database decides. One thread.
 */
final class Scheduler {
  private static final Logger log = LoggerFactory.getLogger(Scheduler.class);
  private static final long COMPLAIN_NANOS = Duration.ofMinutes(1).toNanos();
  private static final Duration TOLERATED = Duration.ofMinutes(1);

  private final ScheduleTable table;
  private final Set<String> own;
  private long complainedNanos = System.nanoTime() - COMPLAIN_NANOS;
  private boolean hasComplained;

  private Scheduler(ScheduleTable table, List<Schedule> own) {
    this.table = table;
    this.own = own.stream().map(Schedule::name).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Makes {@code schedules} those of the settings. Others that earlier settings had fire only where
   * ingest was started with them, unless {@code others} says that they are kept.
   *
   * @throws UserError where one is added by command as well, or its filter is no SQL condition
   */
  static Scheduler start(
      Jdbi jdbi, OrdersTable orders, List<Schedule> schedules, Ingest.Others others) {
    schedules.forEach(each -> checkFilter(jdbi, orders, each.name(), each.filter()));
    ScheduleTable table = new ScheduleTable(jdbi);
    try {
      table.put(schedules);
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "schedule "
              + e.getMessage()
              + " is in the settings and was added by command: run `duly schedule remove "
              + e.getMessage()
              + "` or rename it in the settings",
          e);
    }
    if (others == Ingest.Others.LEFT_OUT) {
      table
          .leaveOutOthers(schedules)
          .forEach(
              each ->
                  log.warn(
                      "Schedule is left out: the settings have it no more, it fires only where ingest was started with it schedule={}",
                      each));
    }
    return new Scheduler(table, schedules);
  }

  /**
   * Throws UserError where {@code filter} of {@code schedule} cannot be used on the orders table.
   */
  static void checkFilter(Jdbi jdbi, OrdersTable orders, String schedule, String filter) {
    Run.Selection selection = new Run.Selection(Instant.EPOCH, filter, Lanes.MAIN);
    try {
      new DuePages(jdbi, orders.within(selection), "").check();
    } catch (RuntimeException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new UserError(
          "the filter of schedule "
              + schedule
              + " cannot be used, '"
              + filter
              + "' with orders.filter: "
              + cause.getMessage(),
          e);
    }
  }

  /** One look at the clock; returns how many runs it opened. */
  int once() {
    int opened = 0;
    hasComplained = false;
    for (ScheduleTable.Entry each : table.list()) {
      try {
        opened += look(each);
      } catch (RuntimeException e) { // the others fire all the same
        complain(e.getMessage());
      }
    }
    if (hasComplained) {
      complainedNanos = System.nanoTime();
    }
    return opened;
  }

  private int look(ScheduleTable.Entry entry) {
    if (entry.schedule().at() == null && entry.firedUntil().isAfter(entry.now().plus(TOLERATED))) {
      complain(
          "schedule "
              + entry.schedule().name()
              + " has fired until "
              + entry.firedUntil()
              + " and the database's clock shows "
              + entry.now()
              + ": it has gone back. To let it fire from now on run `duly schedule resume "
              + entry.schedule().name()
              + "`");
    }
    if (isDue(entry)) {
      return table
          .take(entry.schedule().name(), this::firing)
          .map(firing -> tell(entry, firing))
          .orElse(0);
    }
    return 0;
  }

  private boolean isDue(ScheduleTable.Entry entry) {
    return !firing(entry).equals(Firing.NONE);
  }

  private Firing firing(ScheduleTable.Entry entry) {
    boolean isLeftOut = entry.leftOutAt() != null && !own.contains(entry.schedule().name());
    return entry.paused() != null || isLeftOut
        ? Firing.NONE
        : Firing.at(
            Schedules.times(entry.schedule()),
            entry.firedUntil(),
            entry.now(),
            entry.schedule().catchUp());
  }

  private static int tell(ScheduleTable.Entry entry, Firing firing) {
    String name = entry.schedule().name();
    firing
        .missed()
        .forEach(
            each ->
                log.error(
                    "Schedule has missed its time schedule={} fireTime={} catchUp={}",
                    name,
                    each,
                    entry.schedule().catchUp()));
    if (firing.isCut()) {
      log.error(
          "Schedule has missed earlier times as well, which are not listed schedule={}", name);
    }
    firing
        .opens()
        .ifPresent(
            each ->
                log.info(
                    "Run is open schedule={} fireTime={} late={}",
                    name,
                    each,
                    Duration.between(each, entry.now())));
    return firing.opens().isPresent() ? 1 : 0;
  }

  private void complain(@Nullable String what) {
    if (System.nanoTime() - complainedNanos >= COMPLAIN_NANOS) {
      hasComplained = true;
      log.error("A schedule does not fire: {}", what);
    }
  }
}
