package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Claim;
import io.duly.orders.Outcome;
import io.duly.orders.Rescues;
import io.duly.orders.WorkerTable;
import io.duly.reconciler.SitesExtension.Sites;
import io.duly.runtime.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the reconciler moves, and what it leaves alone. */
@ExtendWith(SitesExtension.class)
class RescueTest {
  private static final String OPEN = "SELECT count(*) FROM duly.attempt WHERE finished_at IS NULL";

  private static final String READS =
      "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'orders'";

  private final Sites sites;
  private Site site;

  RescueTest(Sites sites) {
    this.sites = sites;
  }

  private void open(String contract, Map<String, String> given) {
    Map<String, String> all = new HashMap<>(given);
    all.put("api.contract", contract);
    all.putIfAbsent("worker.heartbeat-timeout", "1500ms");
    site = sites.with(all);
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void ordersOfADeadWorkerAreInDoubtWhereTheApiHonoursNothing() throws Exception {
    open("neither", Map.of());
    site.workers().claimAll("worker that dies");
    site.workers().passOffsets(ORDERS);

    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount("SELECT count(*) FROM orders WHERE status = 'IN_DOUBT'", ORDERS);
      site.awaitCount(
          "SELECT count(*) FROM duly.attempt WHERE witness = 3 AND outcome = 'IN_DOUBT'", ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(site.workers().due()).isZero();
    assertThat(site.workers().results()).isEqualTo(ORDERS);
    assertProofs();
  }

  @Test
  void ordersOfADeadWorkerArePublishedAgainWhereTheApiHonoursTheKey() {
    open("idempotent", Map.of());
    site.workers().claimAll("worker that dies");

    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount("SELECT count(*) FROM duly.attempt WHERE outcome = 'LOST'", ORDERS);
      site.await("published", () -> site.workers().due() == ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(site.count("SELECT count(*) FROM orders WHERE status = 'PENDING'"))
        .isEqualTo(ORDERS);
    assertProofs();
  }

  @Test
  void anOrderThatCannotBeMovedKeepsNoOtherFromBeingMovedOrFromItsRetry() {
    open("idempotent", Map.of());
    List<Claim> claims = site.workers().claimAll("worker that dies");
    site.workers().record("worker that dies", claims.subList(0, 10), Outcome.RETRY);
    site.refuse(Long.parseLong(claims.get(20).orderId()), "PENDING");

    try (Reconciler reconciler = site.reconciler()) {
      site.await("published", () -> site.workers().due() == ORDERS - 1);
      assertThat(site.count("SELECT count(*) FROM duly.worker WHERE state = 'DEAD'")).isOne();
      assertThat(site.count(OPEN)).isOne();
      site.execute("DROP TRIGGER refuse ON orders");
      site.awaitCount(OPEN, 0);
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  @Test
  void whatAPersonDecidesOnADoubtIsToldAndConfirmed() throws Exception {
    open("neither", Map.of());
    site.workers().claimAll("worker that dies");
    site.workers().passOffsets(ORDERS);

    try (Reconciler reconciler = site.reconciler()) {
      site.awaitCount(
          "SELECT count(*) FROM duly.attempt WHERE witness = 3 AND outcome = 'IN_DOUBT'", ORDERS);
      assertThat(site.decide("7", Outcome.COMPLETED)).isEqualTo(1);
      site.awaitCount(
          "SELECT count(*) FROM duly.attempt WHERE witness = 3 AND outcome = 'COMPLETED'", 1);
      assertThat(reconciler.failures()).isEmpty();
    }

    assertThat(site.workers().results()).isEqualTo(ORDERS + 1);
    assertThat(site.text("SELECT status FROM orders WHERE id = 7")).isEqualTo("COMPLETED");
  }

  private void assertProofs() {
    assertThat(
            site.count(
                "SELECT count(*) FROM duly.attempt WHERE reason LIKE 'worker lost: worker that dies is dead, last heartbeat at %'"))
        .isEqualTo(ORDERS);
  }

  @Test
  void ordersOfALivingWorkerAreLeftAlone() {
    open("neither", Map.of());
    site.workers().claimAll("worker that lives");

    try (Reconciler reconciler = site.reconciler()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .during(Duration.ofSeconds(4))
          .pollInterval(Duration.ofMillis(200))
          .until(() -> site.beat("worker that lives") && site.count(OPEN) == ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  @Test
  void nothingOfALivingWorkerIsMovedByAClockThatWasPutForward() {
    open(
        "neither",
        Map.of(
            "worker.heartbeat-timeout", "1h",
            "worker.send-window", "100ms",
            "api.timeout", "100ms",
            "reconciler.grace", "100ms"));
    site.workers().claimAll("worker that lives");
    site.execute("UPDATE duly.attempt SET claimed_at = claimed_at - interval '10 minutes'");
    AtomicReference<Duration> step = new AtomicReference<>(Duration.ofMinutes(10));
    AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    InstantSource clock =
        () -> Instant.now().plus(ahead.accumulateAndGet(step.get(), Duration::plus));

    try (Admin admin = new KafkaClients(site.settings()).admin()) {
      Rescuer rescuer = rescuer(admin, clock);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .during(Duration.ofSeconds(1))
          .until(() -> rescuer.once() == 0 && site.count(OPEN) == ORDERS);
      step.set(Duration.ZERO);
      site.await("moved", () -> rescuer.once() == ORDERS);
    }
  }

  private Rescuer rescuer(Admin admin, InstantSource clock) {
    return new Rescuer(
        site.settings(),
        new WorkerTable(site.jdbi()),
        new Rescues(site.jdbi(), site.table(), Site.SLOT),
        new DeadProducers(admin, site.settings().text("worker.group")),
        new ClockWatch(clock, System::nanoTime));
  }

  @Test
  void aDryRunMovesNothing() {
    open("idempotent", Map.of("reconciler.dry-run", "true"));
    site.workers().claimAll("worker that dies");

    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .during(Duration.ofSeconds(4))
          .pollInterval(Duration.ofMillis(200))
          .until(() -> site.count(OPEN) == ORDERS);
      assertThat(reconciler.failures()).isEmpty();
    }
    assertThat(site.workers().due()).isZero();
    assertThat(site.count("SELECT count(*) FROM duly.worker WHERE state = 'ALIVE'")).isEqualTo(1);
  }

  @Test
  void aBudgetBoundsWhatIsMovedInAMinute() {
    open("idempotent", Map.of("reconciler.requeues-per-minute", "60"));
    site.workers().claimAll("worker that dies");

    try (Reconciler reconciler = site.reconciler()) {
      site.await("moved", () -> site.count(OPEN) < ORDERS);
      long began = System.nanoTime();
      long before = site.count(OPEN);
      Awaitility.await()
          .pollDelay(Duration.ofSeconds(4))
          .atMost(Duration.ofSeconds(8))
          .until(() -> true);
      double seconds = (System.nanoTime() - began) / 1e9;
      assertThat(before - site.count(OPEN)).isLessThanOrEqualTo((long) Math.ceil(seconds) + 1);
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  @Test
  void aRetryIsPublishedWhenItIsDueAndTheOrdersTableIsNotRead() {
    open("idempotent", Map.of());
    site.execute(
        "INSERT INTO duly.retry (order_id, run_id, not_before) SELECT n, 1, now() + interval '12 s' FROM generate_series(1, 5) n");

    try (Reconciler reconciler = site.reconciler()) {
      site.await("ready", reconciler::isReady);
      assertStands(READS);
      assertThat(site.workers().due()).isZero();
      site.await("published", () -> site.workers().due() == 5);
      assertThat(reconciler.failures()).isEmpty();
    }
  }

  /** For five seconds, once what came before has been counted. */
  private void assertStands(String sql) {
    AtomicLong last = new AtomicLong(-1);
    Awaitility.await()
        .atMost(Duration.ofSeconds(11))
        .pollInterval(Duration.ofMillis(200))
        .during(Duration.ofSeconds(5))
        .until(
            () -> {
              long now = site.count(sql);
              return last.getAndSet(now) == now;
            });
  }
}
