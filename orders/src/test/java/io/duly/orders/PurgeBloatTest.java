package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What many days of purges leave of the table of attempts, once it was vacuumed. */
@ExtendWith(ShopExtension.class)
class PurgeBloatTest {
  private static final int DAY = 50_000;
  private static final int KEPT = 4;
  private static final int DAYS = 12;

  private static final String RUN =
      """
      INSERT INTO duly.run (id, schedule, fire_time, cutoff, state, owner, owner_seen_at, closed_at) OVERRIDING SYSTEM VALUE
      VALUES (100 + :day, 'daily', now() + make_interval(days => :day), now(), 'CLOSED', 'shop', now(),
        now() - make_interval(days => :age, hours => 1))
      """;
  private static final String ORDERS =
      """
      INSERT INTO orders (id, customer, total_price, priority, clerk, order_date, status)
      SELECT :day * 50000 + n, 1, 9.50, '1-URGENT', 'Ann', '2026-11-23', 'COMPLETED' FROM generate_series(1, 50000) n
      """;
  private static final String CLAIMS =
      """
      INSERT INTO duly.attempt (order_id, attempt, token, run_id, worker_id, generation, source_partition, source_offset, claimed_at)
      SELECT :day * 50000 + n, 1, gen_random_uuid(), 100 + :day, 'w1', 0, 0, n, now() - make_interval(days => :age, hours => 2)
      FROM generate_series(1, 50000) n
      """;
  private static final String RESULTS =
      """
      UPDATE duly.attempt SET outcome = 'COMPLETED', finished_at = claimed_at, transition = 1, reference = 'r-' || order_id
      WHERE run_id = 100 + :day
      """;
  private static final String WITNESSES =
      "UPDATE duly.attempt SET witness = 3 WHERE run_id = 100 + :day";
  private static final String SIZE = "SELECT pg_total_relation_size('duly.attempt')";

  private final Shop shop;

  PurgeBloatTest(Shop shop) {
    this.shop = shop;
  }

  @Test
  void aTableThatIsPurgedDailyStaysAsLargeAsWhatItKeeps() {
    long full = 0;
    long last = 0;
    for (int day = 1; day <= DAYS; day++) {
      live(day);
      long began = System.nanoTime();
      int purged = purge(DAYS - day + KEPT);
      long millis = (System.nanoTime() - began) / 1_000_000;
      shop.execute("VACUUM duly.attempt");
      last = shop.ask(SIZE, Long.class);
      full = day == KEPT ? last : full;
      System.out.printf(
          "day %2d: purged %d in %d ms, kept %d, attempts and indexes %.1f MB%n",
          day, purged, millis, shop.count("duly.attempt"), last / 1e6);
    }

    assertThat(shop.count("duly.attempt")).isEqualTo((long) KEPT * DAY);
    assertThat(shop.count("duly.purged")).isEqualTo((long) (DAYS - KEPT) * DAY);
    assertThat(last).isLessThan(full * 3 / 2);
    assertThat(shop.ask("SELECT pg_total_relation_size('duly.purged')", Long.class) / (DAYS - KEPT))
        .isLessThan(full / KEPT / 3);
  }

  @Test
  void seesOfAResultAsManyHotUpdatesAsWithoutItsIndex() {
    live(1);
    shop.execute("SELECT pg_stat_force_next_flush()");
    long before = hotUpdates();

    update(WITNESSES, 1);

    shop.execute("SELECT pg_stat_force_next_flush()");
    assertThat(hotUpdates() - before).isGreaterThan(DAY / 2);
  }

  private long hotUpdates() {
    return shop.ask(
        "SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relid = 'duly.attempt'::regclass",
        Long.class);
  }

  /** A day's run with claims, results and witnesses, in the table as the days before leave it. */
  private void live(int day) {
    for (String sql : new String[] {RUN, ORDERS, CLAIMS, RESULTS, WITNESSES}) {
      update(sql, day);
    }
  }

  private void update(String sql, int day) {
    shop.jdbi()
        .useHandle(
            handle -> handle.createUpdate(sql).bind("day", day).bind("age", DAYS - day).execute());
  }

  private int purge(int retentionDays) {
    Purge purge = new Purge(shop.jdbi(), shop.table(), Duration.ofDays(retentionDays), 5_000);
    int purged = 0;
    for (long run : purge.dueRuns()) {
      Purge.Page page = purge.purge(run, null);
      for (; page.lastId() != null; page = purge.purge(run, page.lastId())) {
        purged += page.attempts();
      }
    }
    return purged;
  }
}
