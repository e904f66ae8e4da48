package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Maintenance;
import io.duly.orders.Pauses;
import io.duly.reconciler.SitesExtension.Sites;
import io.duly.sandbox.Latency;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SitesExtension.class)
class LookupTimesTest {
  private static final String DOUBTS = "SELECT count(*) FROM orders WHERE status = 'IN_DOUBT'";

  @TempDir Path folder;
  private final Sites sites;
  private Instant now = Instant.parse("2026-11-23T10:00:00Z");

  LookupTimesTest(Sites sites) {
    this.sites = sites;
  }

  /** Of a site that looks orders up there soon. */
  static Map<String, String> settings(SampleApi api) {
    return Map.of(
        "api.contract", "lookup",
        "api.url", api.url() + "/orders/process",
        "api.lookup-url", api.url() + "/orders/{id}",
        "api.timeout", "500ms",
        "api.processing-time", "100ms",
        "worker.send-window", "100ms",
        "worker.heartbeat-timeout", "500ms",
        "reconciler.retry-not-executed", "true");
  }

  @Test
  void doubtsAreNotLookedUpWhileAPersonHasPausedCalls() {
    SampleApiSettings nothingExecuted =
        new SampleApiSettings(
            SampleContract.LOOKUP, Latency.parse("1ms"), 0, 0, folder.resolve("ledger"), 0);
    try (SampleApi api = SampleApi.start(nothingExecuted);
        Site site = sites.with(settings(api))) {
      Pauses pauses = new Pauses(site.jdbi());
      pauses.pause("by ann");
      site.workers().claimAll("worker that dies");

      try (Reconciler reconciler = site.reconciler()) {
        site.awaitCount(DOUBTS, ORDERS);
        Awaitility.await()
            .during(Duration.ofSeconds(3))
            .atMost(Duration.ofSeconds(20))
            .until(() -> site.count(DOUBTS) == ORDERS);

        pauses.resume();

        site.awaitCount(DOUBTS, 0);
        assertThat(reconciler.failures()).isEmpty();
      }
    }
  }

  @Test
  void aPauseThatProbesAndMaintenanceDifferInThatLookupsHelpOutOfTheFirst() {
    try (Site site = sites.open()) {
      Pauses pauses = new Pauses(site.jdbi());
      LookupTimes times =
          new LookupTimes(
              pauses,
              new Maintenance("11:00-12:00", ZoneOffset.UTC),
              Duration.ofSeconds(10),
              () -> now);
      assertThat(times.allow()).isTrue();

      pauses.suspend("HTTP 503", Duration.ofMinutes(1));
      assertThat(times.allow()).as("a pause that probes").isTrue();
      pauses.stop("too many FAILED");
      assertThat(times.allow()).as("a pause that a person ends").isFalse();
      pauses.resume();
      now = Instant.parse("2026-11-23T10:59:49Z");
      assertThat(times.allow()).as("just in time").isTrue();
      now = Instant.parse("2026-11-23T10:59:55Z");
      assertThat(times.allow()).as("its answer may come in the window").isFalse();
      now = Instant.parse("2026-11-23T12:00:00Z");
      assertThat(times.allow()).as("after it").isTrue();
    }
  }
}
