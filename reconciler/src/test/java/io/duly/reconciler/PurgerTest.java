package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.orders.Notifications;
import io.duly.orders.Purge;
import io.duly.reconciler.SitesExtension.Sites;
import io.duly.runtime.UserError;
import java.time.Duration;
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
    site.execute(
        """
        INSERT INTO duly.notification (run_id, event, body, created_at, ended)
        SELECT 2, event, '{}', now() - make_interval(days => days), ended
        FROM (VALUES ('told', 401, 'delivered'), ('given up', 401, 'given up'), ('young', 399, 'delivered'), ('waits', 401, NULL))
          AS n(event, days, ended)
        """);
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
  void aRunThatCannotBePurgedHoldsUpNoOtherAndIsNamed() {
    site.execute(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the disk is full'; END $$;
        CREATE TRIGGER refuse BEFORE DELETE ON duly.attempt FOR EACH ROW WHEN (OLD.run_id = 2) EXECUTE FUNCTION refuse();
        """);
    Purger purger = purger();

    assertThatThrownBy(purger::once)
        .hasMessageContaining("run 2 cannot be purged")
        .hasMessageContaining("the disk is full");
    site.await("others purged", () -> purger.once() > 0);

    assertThat(site.count("SELECT count(*) FROM duly.attempt WHERE run_id = 2")).isEqualTo(10);
    assertThat(site.count("SELECT count(*) FROM duly.attempt WHERE run_id = 3")).isZero();
  }

  @Test
  void notificationsThatAreAsOldAndNotSentAnyMoreGoAsWell() {
    purger().once();

    assertThat(site.text("SELECT string_agg(event, ',' ORDER BY event) FROM duly.notification"))
        .isEqualTo("waits,young");
  }

  private Purger purger() {
    Duration retention = Duration.ofDays(400);
    return new Purger(
        new Purge(site.jdbi(), site.table(), retention, Purger.PAGE),
        new Notifications(site.jdbi()),
        retention);
  }

  @Test
  void aReconcilerDoesNotStartWhereAttemptsAreKeptForLessTimeThanKeys() {
    assertThatThrownBy(() -> site.reconciler("attempts.retention", "1h"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("attempts.retention is 1h, shorter than api.key-retention");
  }
}
