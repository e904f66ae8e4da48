package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Deadlines;
import io.duly.reconciler.SitesExtension.Sites;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Warnings of runs of which nothing gets done; each run in a state in which a fault may leave it.
 */
@ExtendWith(SitesExtension.class)
class DeadlineWatchTest {
  private static final String WARNED =
      "SELECT coalesce(string_agg(run_id::text, ',' ORDER BY run_id), '') FROM duly.notification WHERE event = 'deadline-at-risk' AND body LIKE '%nothing gets done%'";

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-04T10:00:00Z"));

  @Test
  void aRunOfWhichNothingGetsDoneIsWarnedOfBeforeItsDeadline(Sites sites) {
    Map<String, String> given =
        Map.of(
            "run.deadline", "1h", "api.maintenance", "11:00-12:00", "api.maintenance-zone", "UTC");
    try (Site site = sites.with(given)) {
      open(site, "PUBLISHED", 100, 100, null); // run 2: done, and not confirmed yet
      open(site, "PUBLISHED", 100, 40, null); // run 3: no worker, or the API does not answer
      open(site, "OPEN", 0, 0, null); // run 4: no ingest; run 1 is PUBLISHING and had one
      open(site, "PUBLISHED", 100, 40, "for the day"); // run 5
      DeadlineWatch watch =
          new DeadlineWatch(new Deadlines(site.jdbi()), site.settings(), now::get, nanos::get);
      watch.once();
      pass(watch, Duration.ofSeconds(179));
      assertThat(site.text(WARNED)).isEmpty();

      pass(watch, Duration.ofSeconds(2));
      pass(watch, Duration.ofMinutes(10));

      assertThat(site.text(WARNED)).isEqualTo("1,3,4");
      assertThat(site.count("SELECT count(eta) FROM duly.run WHERE id <> 2")).isZero();

      site.execute("UPDATE duly.run SET paused = NULL WHERE id = 5");
      pass(watch, Duration.ofSeconds(10));
      assertThat(site.text(WARNED)).isEqualTo("1,3,4");
      now.set(Instant.parse("2026-03-04T11:30:00Z"));
      pass(watch, Duration.ofMinutes(20));
      assertThat(site.text(WARNED)).isEqualTo("1,3,4");
      now.set(Instant.parse("2026-03-04T12:00:01Z"));
      pass(watch, Duration.ofMinutes(3));
      assertThat(site.text(WARNED)).isEqualTo("1,3,4,5");
    }
  }

  private void pass(DeadlineWatch watch, Duration time) {
    nanos.addAndGet(time.toNanos());
    watch.once();
  }

  /** A run of so many orders {@code published}, of which {@code done} have a result. */
  private static void open(
      Site site, String state, int published, int done, @Nullable String paused) {
    site.execute(
        """
        WITH opened AS (
          INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at, selected, paused)
          VALUES ('test', clock_timestamp(), now(), '%s', '', now(), %d, %s) RETURNING id)
        INSERT INTO duly.run_counter (run_id, worker_id, completed) SELECT id, 'w', %d FROM opened
        """
            .formatted(state, published, paused == null ? "NULL" : "'" + paused + "'", done));
  }
}
