package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * An urgent run in a lane of its own beside a large one, behind an API that takes so many calls.
 */
class LaneTest {
  private static final int SLACK_SECONDS = 5;
  private static final Duration LONG = Duration.ofMinutes(20);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void anUrgentRunEndsInItsOwnTimeBesideALargeOne() {
    race(3_000, 100, 200);
  }

  @Test
  @EnabledIfSystemProperty(named = "duly.matrix", matches = "full")
  void anUrgentRunOfAThousandEndsInItsOwnTimeBesideOneOfThreeHundredThousand() {
    race(300_000, 1_000, 1_000);
  }

  private void race(int large, int urgent, int rate) {
    try (Shop shop = Shop.open(folder, SampleContract.IDEMPOTENT, "5ms", 0)) {
      insert(shop, 1, large);
      insert(shop, large + 1, large + 2 * urgent);
      shop.forVolume()
          .with("topic.lanes", "urgent:2")
          .with("api.rate", String.valueOf(rate))
          .init();
      shop.start("reconciler", "reconciler");
      shop.start("worker", "worker-1");
      shop.start("worker", "worker-2");
      shop.start("ingest", "ingest");
      String first = between(large + 1, large + urgent);
      String second = between(large + urgent + 1, large + 2 * urgent);
      open(shop, "warm-up", "main", between(large, large));
      shop.awaitCount(done(between(large, large)), 1, LONG);

      double alone = urgent(shop, first, urgent);
      open(shop, "large", "main", between(1, large - 1));
      shop.awaitCount(done(between(1, large - 1)), rate, LONG);
      double beside = urgent(shop, second, urgent);
      long meanwhile = shop.count(done(between(1, large - 1)));
      shop.awaitCount("SELECT count(*) FROM duly.run WHERE state = 'CLOSED'", 4, LONG);

      double share = urgent / (rate / 2.0);
      System.out.printf(
          "%d urgent orders at %d/s: alone %.1f s, beside %d others %.1f s (%.1f s at half the rate), of these done by then %d%n",
          urgent, rate, alone, large, beside, share, meanwhile);
      // without lanes all of them would be done first
      assertThat(meanwhile).isLessThan(large / 2);
      // of two lanes that want the rate each has half of it; the rest is for a busy machine
      assertThat(beside).isLessThan(3 * alone + SLACK_SECONDS);
    }
  }

  private static double urgent(Shop shop, String which, int count) {
    long began = System.nanoTime();
    open(shop, "urgent " + which, "urgent", which);
    shop.awaitCount(done(which), count, LONG);
    return (System.nanoTime() - began) / 1e9;
  }

  private static String between(int first, int last) {
    return "id BETWEEN " + first + " AND " + last;
  }

  private static String done(String which) {
    return "SELECT count(*) FROM orders WHERE status IN ('COMPLETED', 'FAILED') AND " + which;
  }

  private static void open(Shop shop, String schedule, String lane, String filter) {
    shop.execute(
        """
        INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at, lane, filter)
        VALUES ('%s', now(), now(), 'OPEN', '', now(), '%s', '%s')
        """
            .formatted(schedule, lane, filter));
  }

  private static void insert(Shop shop, int first, int last) {
    shop.execute(
        "INSERT INTO orders SELECT n, 1, 1, 'LOW', 'clerk', current_date FROM generate_series(%d, %d) n"
            .formatted(first, last));
  }
}
