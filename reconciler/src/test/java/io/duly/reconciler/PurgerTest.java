package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.reconciler.SitesExtension.Sites;
import io.duly.runtime.UserError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SitesExtension.class)
class PurgerTest {
  private Site site;

  @BeforeEach
  void open(Sites sites) {
    site = sites.open();
    site.execute(
        """
        INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at, closed_at)
        SELECT 'old', now() - make_interval(days => n), now(), 'CLOSED', 'test', now(), now() - make_interval(days => n)
        FROM unnest(ARRAY[402, 401, 399]) n
        """);
    site.execute(
        """
        INSERT INTO duly.attempt (order_id, attempt, token, run_id, worker_id, generation, source_partition, source_offset,
          claimed_at, finished_at, outcome, transition, witness)
        SELECT n, 1, gen_random_uuid(), r.id, 'w1', 0, 0, n, r.closed_at - interval '1 hour', r.closed_at - interval '1 minute',
          'COMPLETED', 1, 3
        FROM duly.run r CROSS JOIN LATERAL generate_series(r.id * 10, r.id * 10 + 9) n WHERE r.schedule = 'old'
        """);
    site.execute("UPDATE orders SET status = 'COMPLETED' WHERE id < 100");
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void aReconcilerThatLeadsPurgesTheRunsThatAreOlderThanAttemptsAreKept() {
    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount("SELECT count(*) FROM duly.attempt", 10);

      assertThat(reconciler.failures()).isEmpty();
      assertThat(site.count("SELECT count(*) FROM duly.purged")).isEqualTo(20);
      assertThat(
              site.count(
                  "SELECT count(*) FROM duly.run WHERE purged_at IS NOT NULL AND closed_at < now() - interval '400 days'"))
          .isEqualTo(2);
    }
  }

  @Test
  void aReconcilerDoesNotStartWhereAttemptsAreKeptForLessTimeThanKeys() {
    assertThatThrownBy(() -> site.reconciler("attempts.retention", "1h"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("attempts.retention is 1h, shorter than api.key-retention");
  }
}
