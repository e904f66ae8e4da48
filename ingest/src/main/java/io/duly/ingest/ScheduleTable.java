package io.duly.ingest;

import io.duly.orders.Run;
import io.duly.orders.RunTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/**
 * The table of schedules. Its clock is the database's, so that all instances have the same one.
 * Thread-safe.
 */
public final class ScheduleTable {
  private static final String COLUMNS =
      "name, source, cron, at, zone, filter, lane, extract(epoch FROM catch_up) AS catch_up, paused, left_out_at, fired_until, clock_timestamp() AS now";
  private static final String LIST = "SELECT " + COLUMNS + " FROM duly.schedule ORDER BY name";
  private static final String LOCK =
      "SELECT " + COLUMNS + " FROM duly.schedule WHERE name = :name FOR UPDATE";

  private static final String ADD =
      """
      INSERT INTO duly.schedule AS s (name, source, cron, at, zone, filter, lane, catch_up, fired_until)
      VALUES (:name, :source, :cron, :at, :zone, :filter, :lane, make_interval(secs => :catchUp),
        CASE WHEN :cron IS NULL THEN '-infinity' ELSE clock_timestamp() END)
      ON CONFLICT (name) DO\s""";

  /** Where it fires at other times than before, those before now are not made up for. */
  private static final String OR_REPLACE =
      """
      UPDATE SET cron = excluded.cron, at = excluded.at, zone = excluded.zone, filter = excluded.filter,
        lane = excluded.lane, catch_up = excluded.catch_up, left_out_at = NULL,
        fired_until = CASE WHEN (s.cron, s.at, s.zone) IS DISTINCT FROM (excluded.cron, excluded.at, excluded.zone)
          THEN excluded.fired_until ELSE s.fired_until END
      WHERE s.source = excluded.source
      """;

  private static final String LEAVE_OUT_OTHERS =
      """
      UPDATE duly.schedule SET left_out_at = clock_timestamp()
      WHERE source = 'SETTINGS' AND left_out_at IS NULL AND name <> ALL (:names::text[]) RETURNING name
      """;
  private static final String REMOVE =
      "DELETE FROM duly.schedule WHERE name = :name AND (source = 'COMMAND' OR left_out_at IS NOT NULL)";
  private static final String PAUSE =
      "UPDATE duly.schedule SET paused = :reason WHERE name = :name";
  private static final String RESUME =
      "UPDATE duly.schedule SET paused = NULL, fired_until = CASE WHEN cron IS NULL THEN fired_until ELSE clock_timestamp() END WHERE name = :name";
  private static final String FIRED =
      "UPDATE duly.schedule SET fired_until = :until WHERE name = :name AND fired_until < :until";

  /** Who has made a schedule, and may remove it. */
  public enum Source {
    SETTINGS,
    COMMAND
  }

  /**
   * A schedule as it stands.
   *
   * @param paused why it does not fire; null where it does
   * @param leftOutAt since when the settings of an ingest that started later lack it: it fires only
   *     where ingest was started with it; null where they have it
   * @param firedUntil all its fire times up to here are taken
   * @param now the database's clock when this was read
   */
  public record Entry(
      Schedule schedule,
      Source source,
      @Nullable String paused,
      @Nullable Instant leftOutAt,
      Instant firedUntil,
      Instant now) {}

  /** Tells what a look at a schedule does. */
  interface Decision {
    Firing of(Entry entry);
  }

  private final Jdbi jdbi;

  public ScheduleTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  public List<Entry> list() {
    return jdbi.withHandle(handle -> handle.createQuery(LIST).map(ScheduleTable::entry).list());
  }

  /** Adds a schedule by command; false where there is one of its name. */
  public boolean add(Schedule schedule) {
    return jdbi.withHandle(
        handle -> bound(handle, ADD + "NOTHING", schedule, Source.COMMAND).execute() == 1);
  }

  /**
   * Makes {@code schedules} some of the settings'.
   *
   * @throws IllegalArgumentException naming one that was added by command
   */
  void put(List<Schedule> schedules) {
    jdbi.useTransaction(
        handle -> {
          for (Schedule each : schedules) {
            if (bound(handle, ADD + OR_REPLACE, each, Source.SETTINGS).execute() == 0) {
              throw new IllegalArgumentException(each.name());
            }
          }
        });
  }

  /**
   * Notes that the settings have no others than {@code schedules}; returns the names of those that
   * they had until now.
   */
  List<String> leaveOutOthers(List<Schedule> schedules) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(LEAVE_OUT_OTHERS)
                .bindArray("names", String.class, schedules.stream().map(Schedule::name).toList())
                .mapTo(String.class)
                .list());
  }

  private static Update bound(Handle handle, String sql, Schedule schedule, Source source) {
    Instant at = schedule.at();
    return handle
        .createUpdate(sql)
        .bind("name", schedule.name())
        .bind("source", source.name())
        .bind("cron", schedule.cron())
        .bind("at", at == null ? null : at.atOffset(ZoneOffset.UTC))
        .bind("zone", schedule.zone())
        .bind("filter", schedule.filter())
        .bind("lane", schedule.lane())
        .bind("catchUp", schedule.catchUp().toMillis() / 1e3);
  }

  /**
   * Removes one that was added by command or that the settings have no more; false where there is
   * none.
   */
  public boolean remove(String name) {
    return update(REMOVE, name, null);
  }

  /** Lets it fire no more until {@link #resume}; false where there is none. */
  public boolean pause(String name, String reason) {
    return update(PAUSE, name, reason);
  }

  /**
   * Lets it fire from now on: what a cron expression has missed meanwhile is not made up for. False
   * where there is none.
   */
  public boolean resume(String name) {
    return update(RESUME, name, null);
  }

  private boolean update(String sql, String name, @Nullable String reason) {
    return jdbi.withHandle(
        handle -> {
          Update update = handle.createUpdate(sql).bind("name", name);
          return (reason == null ? update : update.bind("reason", reason)).execute() == 1;
        });
  }

  /**
   * Takes what is due of the schedule {@code name}, in one transaction that no other instance can
   * be in: opens the run and notes the missed fire times. Empty where the run was opened before, or
   * the schedule is gone.
   */
  Optional<Firing> take(String name, Decision decision) {
    return jdbi.inTransaction(
        handle -> {
          Optional<Entry> entry =
              handle.createQuery(LOCK).bind("name", name).map(ScheduleTable::entry).findOne();
          return entry.flatMap(each -> take(handle, each, decision.of(each)));
        });
  }

  private static Optional<Firing> take(Handle handle, Entry entry, Firing firing) {
    Schedule schedule = entry.schedule();
    firing.missed().forEach(each -> RunTable.miss(handle, schedule.name(), each));
    firing
        .newest()
        .ifPresent(
            each ->
                handle
                    .createUpdate(FIRED)
                    .bind("name", schedule.name())
                    .bind("until", each.atOffset(ZoneOffset.UTC))
                    .execute());
    boolean isNew =
        firing
            .opens()
            .map(
                each ->
                    RunTable.open(
                        handle,
                        schedule.name(),
                        each,
                        new Run.Selection(each, schedule.filter(), schedule.lane())))
            .orElse(true);
    return Optional.of(firing).filter(each -> isNew);
  }

  private static Entry entry(ResultSet row, StatementContext context) throws SQLException {
    Instant at = instant(row, "at");
    return new Entry(
        new Schedule(
            row.getString("name"),
            row.getString("cron"),
            at,
            row.getString("zone"),
            row.getString("filter"),
            row.getString("lane"),
            Duration.ofMillis(Math.round(row.getDouble("catch_up") * 1e3))),
        Source.valueOf(row.getString("source")),
        row.getString("paused"),
        instant(row, "left_out_at"),
        row.getObject("fired_until", OffsetDateTime.class).toInstant(),
        row.getObject("now", OffsetDateTime.class).toInstant());
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
