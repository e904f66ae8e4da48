package io.duly.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.orders.OrdersTable;
import io.duly.orders.Schema;
import io.duly.orders.TableInspector;
import io.duly.runtime.Database;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import io.duly.sandbox.EmbeddedPostgres;
import io.duly.sandbox.Warnings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerTest {
  private static final Map<String, String> HOURLY = Map.of("cron", "0 * * * *", "catch-up", "2h");

  @TempDir static Path folder;
  private static EmbeddedPostgres postgres;
  private static Database database;
  private static OrdersTable orders;

  @BeforeAll
  static void start() {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    Settings settings = Settings.of(Map.of("database.url", postgres.jdbcUrl()));
    database = Database.open(settings, "scheduler-test");
    execute("CREATE TABLE orders (id bigint PRIMARY KEY, status text, region text)");
    orders = database.jdbi().withHandle(handle -> TableInspector.inspect(handle, settings));
    Schema.create(database.jdbi(), orders, settings);
  }

  @AfterAll
  static void stop() {
    database.close();
    postgres.close();
  }

  @BeforeEach
  void clean() {
    execute("TRUNCATE duly.schedule, duly.run");
  }

  private static Jdbi jdbi() {
    return database.jdbi();
  }

  private static void execute(String sql) {
    database.jdbi().useHandle(handle -> handle.execute(sql));
  }

  private static List<String> rows(String sql) {
    return jdbi().withHandle(handle -> handle.createQuery(sql).mapTo(String.class).list());
  }

  private static Scheduler scheduler(Schedule... schedules) {
    return scheduler(Ingest.Others.LEFT_OUT, schedules);
  }

  private static Scheduler scheduler(Ingest.Others others, Schedule... schedules) {
    return Scheduler.start(jdbi(), orders, List.of(schedules), others);
  }

  private static Schedule schedule(String name, Map<String, String> properties) {
    return Schedules.of(name, properties);
  }

  /** As if nobody had looked at the schedules since {@code ago}. */
  private static void lastLook(String ago) {
    execute("UPDATE duly.schedule SET fired_until = clock_timestamp() - interval '" + ago + "'");
  }

  private static List<String> states() {
    return rows("SELECT state FROM duly.run ORDER BY fire_time DESC");
  }

  @Test
  void doesNotFireForTimesBeforeItsMaking() {
    assertThat(scheduler(schedule("hourly", HOURLY)).once()).isZero();
    assertThat(states()).isEmpty();
  }

  @Test
  void opensTheLatestRunThatIsDueInTimeAndMissesTheEarlierOnes() {
    Scheduler scheduler = scheduler(schedule("hourly", HOURLY));
    lastLook("4 hours");

    try (Warnings warnings = Warnings.of(Scheduler.class)) {
      assertThat(scheduler.once()).isEqualTo(1);
      assertThat(warnings.list()).hasSize(3).allMatch(each -> each.contains("missed its time"));
    }
    assertThat(states()).containsExactly("OPEN", "MISSED", "MISSED", "MISSED");
    assertThat(
            rows(
                "SELECT (fire_time = date_trunc('hour', clock_timestamp()))::text FROM duly.run WHERE state = 'OPEN'"))
        .containsExactly("true");
    assertThat(scheduler.once()).isZero();
    assertThat(states()).hasSize(4);
  }

  @Test
  void missesWhatIsFoundTooLate() {
    Scheduler scheduler =
        scheduler(schedule("yearly", Map.of("cron", "0 0 1 1 *", "catch-up", "1m")));
    lastLook("366 days");

    assertThat(scheduler.once()).isZero();
    assertThat(states()).containsExactly("MISSED");
  }

  @Test
  @Timeout(60)
  void opensOneRunHoweverManyInstancesLook() throws Exception {
    List<Callable<Integer>> looks = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Scheduler each = scheduler(schedule("hourly", HOURLY));
      looks.add(each::once);
    }
    lastLook("1 hour");
    int opened = 0;
    ExecutorService threads = Executors.newFixedThreadPool(looks.size());
    try {
      for (Future<Integer> each : threads.invokeAll(looks)) {
        opened += each.get();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(opened).isEqualTo(1);
    assertThat(states()).containsExactly("OPEN");
  }

  @Test
  void aClockThatGoesBackFiresNothingTwiceAndIsToldOf() {
    Scheduler scheduler = scheduler(schedule("hourly", HOURLY));
    execute("UPDATE duly.schedule SET fired_until = clock_timestamp() + interval '3 hours'");

    try (Warnings warnings = Warnings.of(Scheduler.class)) {
      assertThat(scheduler.once()).isZero();
      assertThat(scheduler.once()).isZero();
      assertThat(warnings.list())
          .singleElement()
          .asString()
          .contains("it has gone back", "duly schedule resume hourly");
    }
    new ScheduleTable(jdbi()).resume("hourly");
    assertThat(rows("SELECT (fired_until <= clock_timestamp())::text FROM duly.schedule"))
        .containsExactly("true");
  }

  @Test
  void aTimeThatAWrongClockHasMissedIsOpenedWhenItComes() {
    Scheduler scheduler = scheduler(schedule("hourly", HOURLY));
    execute(
        "INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at) VALUES ('hourly', date_trunc('hour', now()), now(), 'MISSED', '', now())");
    lastLook("1 hour");

    assertThat(scheduler.once()).isEqualTo(1);
    assertThat(states()).containsExactly("OPEN");
  }

  @Test
  void doesNotFireWhilePausedNorMakesUpForIt() {
    ScheduleTable table = new ScheduleTable(jdbi());
    Scheduler scheduler = scheduler(schedule("hourly", HOURLY));
    table.pause("hourly", "stock-taking");
    lastLook("1 hour");

    assertThat(scheduler.once()).isZero();
    table.resume("hourly");
    assertThat(scheduler.once()).isZero();
    assertThat(states()).isEmpty();
  }

  @Test
  void firesOnceAtATimeThatIsGivenAndInTime() {
    String now =
        rows("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')")
            .get(0);
    Scheduler scheduler = scheduler(schedule("once", Map.of("at", now)));

    assertThat(scheduler.once()).isEqualTo(1);
    assertThat(scheduler.once()).isZero();
    assertThat(scheduler(schedule("once", Map.of("at", now))).once()).isZero();
    assertThat(states()).containsExactly("OPEN");
  }

  @Test
  void aNewTimeCountsFromNowOn() {
    scheduler(schedule("hourly", HOURLY));
    lastLook("1 hour");

    Scheduler changed = scheduler(schedule("hourly", Map.of("cron", "59,0 * * * *")));

    assertThat(changed.once()).isZero();
  }

  @Test
  void theSameTimesGoOnAfterARestart() {
    scheduler(schedule("hourly", HOURLY));
    lastLook("1 hour");

    Scheduler again =
        scheduler(
            schedule("hourly", Map.of("cron", "0 * * * *", "filter", "id > 5", "lane", "urgent")));

    assertThat(again.once()).isEqualTo(1);
    assertThat(rows("SELECT filter || ', ' || lane FROM duly.run"))
        .containsExactly("id > 5, urgent");
  }

  @Test
  void whatTheSettingsHaveNoMoreFiresOnlyWhereIngestWasStartedWithItAndIsToldOf() {
    ScheduleTable table = new ScheduleTable(jdbi());
    Scheduler with = scheduler(schedule("hourly", HOURLY));
    lastLook("1 hour");

    Scheduler without;
    try (Warnings warnings = Warnings.of(Scheduler.class)) {
      without = scheduler();
      assertThat(warnings.list()).singleElement().asString().contains("schedule=hourly");
    }
    assertThat(table.list())
        .singleElement()
        .satisfies(each -> assertThat(each.leftOutAt()).isNotNull());
    assertThat(without.once()).isZero();
    assertThat(with.once()).isEqualTo(1);
  }

  @Test
  void whatIsLeftOutForAWhileIsMadeUpForWhenTheSettingsHaveItAgain() {
    scheduler(schedule("hourly", HOURLY));
    scheduler();
    lastLook("3 hours");

    Scheduler again = scheduler(schedule("hourly", HOURLY));

    assertThat(again.once()).isEqualTo(1);
    assertThat(states()).containsExactly("OPEN", "MISSED", "MISSED");
  }

  @Test
  void whoIsStartedForOneRunLeavesNoScheduleOut() {
    scheduler(schedule("hourly", HOURLY));
    lastLook("1 hour");

    Scheduler oneRun = scheduler(Ingest.Others.KEPT, schedule("nightly", HOURLY));

    assertThat(rows("SELECT name FROM duly.schedule WHERE left_out_at IS NULL ORDER BY name"))
        .containsExactly("hourly", "nightly");
    assertThat(oneRun.once()).isEqualTo(1);
  }

  @Test
  void whatACommandAddedStaysAndWhatIsLeftOutMayBeRemoved() {
    ScheduleTable table = new ScheduleTable(jdbi());
    scheduler(schedule("hourly", HOURLY));
    table.add(schedule("by-hand", HOURLY));
    assertThat(table.remove("hourly")).isFalse();

    scheduler();

    assertThat(table.remove("hourly")).isTrue();
    assertThat(table.list())
        .singleElement()
        .satisfies(each -> assertThat(each.schedule().name()).isEqualTo("by-hand"))
        .satisfies(each -> assertThat(each.leftOutAt()).isNull());
    assertThatThrownBy(() -> scheduler(schedule("by-hand", HOURLY)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("duly schedule remove by-hand");
  }

  @Test
  void refusesAFilterThatTheTableCannotHave() {
    assertThatThrownBy(
            () ->
                scheduler(schedule("odd", Map.of("cron", "0 1 * * *", "filter", "colour = 'red'"))))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("the filter of schedule odd cannot be used")
        .hasMessageContaining("colour");
    scheduler(
        schedule(
            "fine",
            Map.of("cron", "0 1 * * *", "filter", "region = 'north' AND {cutoff} > '2026-01-01'")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cron = 'nonsense'|'nonsense' is no cron expression",
        "zone = 'Mars/Olympus'|'Mars/Olympus' is no time zone that this machine's Java knows",
      })
  void oneThatCannotBeReadKeepsNoOtherFromFiring(String change, String told) {
    Scheduler scheduler = scheduler(schedule("a", HOURLY), schedule("b", HOURLY));
    lastLook("1 hour");
    execute("UPDATE duly.schedule SET " + change + " WHERE name = 'a'");

    try (Warnings warnings = Warnings.of(Scheduler.class)) {
      assertThat(scheduler.once()).isEqualTo(1);
      assertThat(warnings.list()).singleElement().asString().contains(told);
    }
    assertThat(new ScheduleTable(jdbi()).list()).hasSize(2);
  }
}
