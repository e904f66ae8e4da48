package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.SampleContract;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Schedules as people set them, and as processes that die keep them. */
class ScheduleTest {
  private static final int ORDERS = 4_000;
  private static final int PAGE = 4;
  private static final String PUBLISHED = "SELECT count(*) FROM duly.run WHERE state = 'PUBLISHED'";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void ingestsKilledAroundTheFireTimePublishEachOrderOfTheCutoffInOneRun() {
    long seed = Long.getLong("duly.seed", System.nanoTime());
    try (Shop shop = Shop.open(folder, SampleContract.IDEMPOTENT, "0ms", ORDERS)) {
      shop.with("ingest.page", String.valueOf(PAGE)).init();
      List<DulyProcess> ingests = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        ingests.add(shop.start("ingest", "ingest-" + i));
      }
      Instant fire = Instant.now().plusSeconds(5);
      Command added =
          shop.duly(
              "schedule",
              "add",
              "day",
              "--at",
              fire.toString(),
              "--filter",
              "created_at < {cutoff}");
      assertThat(added.exitCode()).as(added.toString()).isZero();

      int killed = killAround(shop, ingests, fire, new Random(seed));
      shop.awaitCount(PUBLISHED, 1, Duration.ofSeconds(60));

      Set<String> due =
          Set.copyOf(
              Sql.texts(
                  shop.url(),
                  "SELECT id FROM orders WHERE created_at < (SELECT cutoff FROM duly.run)"));
      List<String> published =
          shop.broker().read("shop.due").stream()
              .map(each -> new String(each.key(), StandardCharsets.UTF_8))
              .toList();
      long owners = ingests.stream().filter(each -> each.hasSaid("Publishing run")).count();
      int twice = published.size() - due.size();
      System.out.printf(
          "%d ingests killed around the fire time: runs=%d, owners=%d, due=%d, published twice=%d, seed=%d%n",
          killed, shop.count("SELECT count(*) FROM duly.run"), owners, due.size(), twice, seed);
      assertThat(shop.count("SELECT count(*) FROM duly.run")).isEqualTo(1);
      assertThat(owners).isGreaterThan(1);
      assertThat(shop.count("SELECT count(*) FROM orders")).isGreaterThan(due.size());
      assertThat(Set.copyOf(published)).isEqualTo(due);
      assertThat(twice).isLessThanOrEqualTo(killed * PAGE);
      assertThat(shop.count("SELECT selected FROM duly.run")).isEqualTo(due.size());
    }
  }

  /**
   * From a second before until the run is published; each that dies is started anew. One that is
   * seen publishing dies at once, so that another takes over.
   */
  private static int killAround(Shop shop, List<DulyProcess> ingests, Instant fire, Random random) {
    sleepUntil(fire.minusSeconds(1));
    LockSupport.parkNanos(Duration.ofMillis(random.nextInt(2_000)).toNanos());
    kill(shop, ingests, any(ingests, random));
    Awaitility.await().pollInterval(Duration.ofMillis(20)).until(() -> owner(ingests).isPresent());
    kill(shop, ingests, owner(ingests).orElseThrow());
    int killed = 2;
    while (shop.count(PUBLISHED) == 0 && killed < 8) {
      LockSupport.parkNanos(Duration.ofMillis(random.nextInt(3_000)).toNanos());
      shop.execute(
          "INSERT INTO orders SELECT id + %d, customer, total_price, priority, clerk, order_date FROM orders WHERE id <= 50"
              .formatted(1_000_000 * (killed + 1)));
      kill(shop, ingests, any(ingests, random));
      killed++;
    }
    return killed;
  }

  private static void kill(Shop shop, List<DulyProcess> ingests, DulyProcess one) {
    one.kill();
    ingests.add(shop.start("ingest", "ingest-" + ingests.size()));
  }

  private static DulyProcess any(List<DulyProcess> ingests, Random random) {
    List<DulyProcess> alive = ingests.stream().filter(DulyProcess::isAlive).toList();
    return alive.get(random.nextInt(alive.size()));
  }

  private static Optional<DulyProcess> owner(List<DulyProcess> ingests) {
    return ingests.stream()
        .filter(DulyProcess::isAlive)
        .filter(each -> each.hasSaid("Publishing run"))
        .findFirst();
  }

  private static void sleepUntil(Instant instant) {
    while (Instant.now().isBefore(instant)) {
      LockSupport.parkNanos(Duration.between(Instant.now(), instant).toNanos());
    }
  }

  @Test
  void aPersonKeepsSchedules() {
    try (Shop shop = Shop.open(folder, SampleContract.IDEMPOTENT, "0ms", 10)) {
      shop.with("topic.lanes", "urgent:2").init();

      is(3, shop.duly("schedule", "list"), "NAME");
      is(
          0,
          shop.duly(
              "schedule",
              "add",
              "daily",
              "--cron",
              "30 2 * * *",
              "--zone",
              "Europe/Berlin",
              "--lane",
              "urgent"),
          "02:30:00 +0");
      is(4, shop.duly("schedule", "add", "daily", "--cron", "0 3 * * *"), "already");
      is(1, shop.duly("schedule", "add", "bad", "--cron", "61 2 * * *"), "is no cron expression");
      is(
          1,
          shop.duly("schedule", "add", "Bad!", "--cron", "0 2 * * *"),
          "a name has small letters");
      is(
          1,
          shop.duly("schedule", "add", "bad", "--cron", "0 2 * * *", "--zone", "Mars"),
          "no time zone");
      is(1, shop.duly("schedule", "add", "bad", "--cron", "0 2 * * *", "--lane", "x"), "no lane x");
      is(1, shop.duly("schedule", "add", "bad", "--at", "2020-01-01T00:00Z"), "is past");
      is(
          1,
          shop.duly("schedule", "add", "bad", "--cron", "0 2 * * *", "--catch-up", "30s"),
          "is less than 1m");
      is(
          1,
          shop.duly("schedule", "add", "bad", "--cron", "0 2 * * *", "--filter", "no_such > 1"),
          "no_such");
      is(0, shop.duly("schedule", "list"), "Europe/Berlin");
      is(0, shop.duly("schedule", "list", "-o", "json"), "\"nextUtc\" : \"2");
      // the hour that the clocks skip, and the one that they repeat
      is(
          0,
          shop.duly("schedule", "next", "daily", "--from", "2027-03-27T12:00:00Z", "--count", "1"),
          "Sun 2027-03-28 03:00:00 +02:00");
      is(
          0,
          shop.duly("schedule", "next", "daily", "--from", "2027-10-30T12:00:00Z", "--count", "2"),
          "2027-10-31T00:30:00Z");
      is(0, shop.duly("schedule", "pause", "daily", "--reason", "stocktaking"), "paused");
      is(0, shop.duly("schedule", "list"), "paused: stocktaking");
      shop.execute(
          "INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at, closed_at) VALUES ('daily', now(), now(), 'MISSED', '', now(), now())");
      is(3, shop.duly("status"), "missed     1 fire times in 7 days");
      is(3, shop.duly("status"), "schedule   daily is paused: stocktaking");
      is(3, shop.duly("status"), "problem    run-missed: daily at 2");
      is(0, shop.duly("schedule", "fire", "daily"), "a run of daily is open that fired at 2");
      Command made = shop.duly("status");
      is(0, made, "of schedule 'daily', fired 2");
      assertThat(made.out()).doesNotContain("missed");
      shop.execute(
          "INSERT INTO duly.worker (id, host, state, heartbeat_at) VALUES ('gone', 'h', 'ALIVE', now() - interval '1 h')");
      is(0, shop.duly("schedule", "fire", "daily"), "a run of daily is open");
      is(0, shop.duly("status"), "problem    no-worker: a run is open, and no worker lives");
      is(0, shop.duly("status"), "of schedule 'daily', OPEN: 0 of 0 orders have a result");
      is(0, shop.duly("status", "-o", "json"), "\"SILENT\"");
      is(3, shop.duly("schedule", "fire", "weekly"), "there is no schedule weekly");
      shop.execute("DELETE FROM duly.run");
      is(0, shop.duly("schedule", "resume", "daily"), "resumed");
      shop.execute("UPDATE duly.schedule SET zone = 'Mars/Olympus'");
      is(0, shop.duly("schedule", "list"), "error: schedule daily: 'Mars/Olympus' is no time zone");
      is(3, shop.duly("status"), "schedule   daily cannot fire: schedule daily: 'Mars/Olympus'");
      is(1, shop.duly("schedule", "next", "daily"), "'Mars/Olympus' is no time zone");
      is(3, shop.duly("schedule", "next"), "'Mars/Olympus' is no time zone");
      shop.execute("UPDATE duly.schedule SET zone = 'UTC', left_out_at = now()");
      is(0, shop.duly("schedule", "list"), "left out: the settings lack it since 2");
      is(3, shop.duly("status"), "schedule   daily is left out");
      is(0, shop.duly("schedule", "remove", "daily"), "removed");
      is(3, shop.duly("schedule", "remove", "daily"), "no schedule daily");
    }
  }

  private static void is(int exitCode, Command done, String text) {
    assertThat(done.exitCode()).as(done.toString()).isEqualTo(exitCode);
    assertThat(done.out() + done.notes()).contains(text);
  }
}
