package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.reconciler.SitesExtension.Sites;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Results are confirmed and told whatever else the log and the result topic hold. */
@ExtendWith(SitesExtension.class)
class ConfirmationTest {
  private static final String BOTH =
      "SELECT count(*) FROM duly.attempt WHERE witness = 3 AND order_id <= " + ORDERS;

  private Site site;

  @BeforeEach
  void open(Sites sites) {
    site =
        sites.with(Map.of("kafka.metadata.max.age.ms", "500", "reconciler.sweep-interval", "2s"));
  }

  @AfterEach
  void close() {
    site.close();
  }

  /** As many as are asked for at once, whose attempts have taken a later result or are gone. */
  @Test
  void resultsThatNobodyWillTellDoNotKeepOthersFromBeingTold() {
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
      site.execute(
          """
          SELECT pg_logical_emit_message(true, 'duly', json_build_object('kind', 'RECORD', 'entries',
            json_agg(json_build_array(n::text, 1, 1, 'IN_DOUBT', false, 1)))::text)
          FROM generate_series(1000001, 1005000) n
          """);

      site.workers().complete("worker", site.workers().claimAll("worker"));
      site.workers().passOffsets(ORDERS);

      site.awaitCount(BOTH, ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(site.workers().results()).isEqualTo(ORDERS);
  }

  /**
   * The log showed them before a restart and will not again, nor does a sweep: their run is over.
   */
  @Test
  void anyNumberOfEventsThatOnlyTheTopicShowsDoesNotKeepItFromBeingRead() {
    int others = 105_000;
    site.execute(
        """
        INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at, closed_at)
        VALUES ('earlier', now(), now(), 'CLOSED', 'test', now(), now())
        """);
    site.execute(
        """
        INSERT INTO duly.attempt (order_id, attempt, token, run_id, worker_id, generation, source_partition, source_offset,
          claimed_at, finished_at, outcome, transition, witness)
        SELECT n, 1, gen_random_uuid(), 2, 'gone', 0, 0, 0, now(), now(), 'COMPLETED', 1, 1
        FROM generate_series(101, 100 + %d) n
        """
            .formatted(others));
    site.workers().tellCompleted(101, 100 + others, 0);
    site.workers().complete("worker", site.workers().claimAll("worker"));
    site.workers().tellCompleted(1, ORDERS, 0);
    site.workers().passOffsets(ORDERS);

    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount(BOTH, ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(site.workers().results()).isEqualTo(others + ORDERS);
  }

  @Test
  void eventsInPartitionsThatWereAddedAreRead() {
    site.workers().complete("worker", site.workers().claimAll("worker"));
    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
      site.workers().partitionResults(2);
      site.workers().tellCompleted(1, ORDERS, 1);
      site.workers().passOffsets(ORDERS);

      site.awaitCount(BOTH, ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(site.workers().results()).as("none is told twice").isEqualTo(ORDERS);
  }

  @Test
  void whatTheTableHasLostIsFoundByASweepWhileItRuns() {
    try (Reconciler reconciler = site.reconciler()) {
      site.workers().complete("worker", site.workers().claimAll("worker"));
      site.workers().tellCompleted(1, ORDERS, 0);
      site.awaitCount(BOTH, ORDERS);
      site.execute("UPDATE duly.attempt SET witness = 2 WHERE order_id IN (3, 4)");

      site.awaitCount(BOTH, ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(site.workers().results()).as("none is told twice").isEqualTo(ORDERS);
  }
}
