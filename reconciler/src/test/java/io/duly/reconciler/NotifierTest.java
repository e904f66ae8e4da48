package io.duly.reconciler;

import static io.duly.reconciler.Site.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.duly.orders.CancelledRuns;
import io.duly.orders.Deadlines;
import io.duly.orders.Notifications;
import io.duly.orders.RunControl;
import io.duly.orders.RunTable;
import io.duly.orders.RunTotals;
import io.duly.reconciler.SitesExtension.Sites;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a run to the outside, and when. */
@ExtendWith(SitesExtension.class)
class NotifierTest {
  /** What the receiver was sent. */
  private record Post(String event, String id, String signature, String body) {}

  @TempDir Path folder;
  private final List<Post> posts = new CopyOnWriteArrayList<>();

  @Test
  void aReceiverThatIsDownIsToldOfALateRunAndOfItsVerdictUnderTheSameIdLater(Sites sites)
      throws Exception {
    HttpServer receiver = receiver(2);
    Path secret = Files.writeString(folder.resolve("secret"), "a secret\n");
    String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/verdicts";
    Map<String, String> given =
        Map.of(
            "api.contract",
            "neither",
            "run.deadline",
            "10m",
            "verdict.webhook.url",
            url,
            "verdict.webhook.secret-file",
            secret.toString());
    try (Site site = sites.with(given)) {
      isLate(site);
      site.workers().publish(ORDERS);
      site.workers().complete("worker", site.workers().claimAll("worker"));
      site.workers().passOffsets(ORDERS);
      site.execute(
          "UPDATE duly.run SET state = 'PUBLISHED', selected = 50, last_id = 50, start_offsets = '{0}', end_offsets = '{50}'");

      try (Reconciler reconciler = site.reconciler()) {
        site.awaitCount("SELECT count(*) FROM duly.run WHERE state = 'CLOSED'", 1);
        site.awaitCount("SELECT count(*) FROM duly.notification WHERE ended = 'delivered'", 3);
        assertThat(reconciler.failures()).isEmpty();
      }
    } finally {
      receiver.stop(0);
    }

    assertThat(posts).hasSize(5);
    assertThat(posts.stream().map(Post::id).distinct()).hasSize(3);
    assertThat(posts.stream().map(Post::event).distinct())
        .containsExactlyInAnyOrder("deadline-at-risk", "deadline-passed", "run-closed");
    Post verdict =
        posts.stream().filter(each -> each.event().equals("run-closed")).findFirst().get();
    assertThat(verdict.body()).contains("\"completed\" : 50", "\"state\" : \"CLOSED\"", "Z\"");
    String[] parts = verdict.signature().split(",v1=", -1);
    assertThat(parts[1])
        .isEqualTo(Webhook.hmac("a secret", parts[0].substring(2) + "." + verdict.body()));
  }

  @Test
  void missedPausedAndCancelledRunsAreTold(Sites sites) throws Exception {
    HttpServer receiver = receiver(0);
    String url = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/verdicts";
    try (Site site = sites.with(Map.of("verdict.webhook.url", url))) {
      site.jdbi().useHandle(each -> RunTable.miss(each, "nightly", Instant.EPOCH.plusMillis(7)));
      assertThat(new RunControl(site.jdbi()).stop(1, "canary: 3 FAILED")).isTrue();
      assertThat(new RunControl(site.jdbi()).cancel(1, "the wrong day", "Ann"))
          .isEqualTo(RunControl.Reply.DONE);
      site.execute("INSERT INTO duly.run_counter VALUES (1, 'worker', 6, 3, 1)");
      assertThat(
              new CancelledRuns(site.jdbi(), site.table())
                  .settle(1, new RunTotals(6, 3, 1), 0, 25, List.of()))
          .isTrue();

      Notifier notifier = new Notifier(new Notifications(site.jdbi()), site.settings());
      site.await("nothing left", () -> notifier.once() == 0);
    } finally {
      receiver.stop(0);
    }

    assertThat(posts.stream().map(Post::event))
        .containsExactly("run-missed", "run-paused", "run-cancelled");
    JsonNode missed = new ObjectMapper().readTree(posts.get(0).body());
    assertThat(missed.path("event").asText()).isEqualTo("run-missed");
    assertThat(missed.path("run").asLong()).isEqualTo(2);
    assertThat(missed.path("schedule").asText()).isEqualTo("nightly");
    assertThat(missed.path("fireTime").asText()).isEqualTo("1970-01-01T00:00:00.007Z");
    assertThat(missed.path("state").asText()).isEqualTo("MISSED");
    assertThat(missed.path("reason").isNull()).isTrue();
    assertThat(missed.path("publishedAt").isNull()).isTrue();
    JsonNode paused = new ObjectMapper().readTree(posts.get(1).body());
    assertThat(paused.path("run").asLong()).isEqualTo(1);
    assertThat(paused.path("state").asText()).isEqualTo("PUBLISHING");
    assertThat(paused.path("reason").asText()).isEqualTo("canary: 3 FAILED");
    assertThat(paused.path("closedAt").isNull()).isTrue();
    JsonNode cancelled = new ObjectMapper().readTree(posts.get(2).body());
    assertThat(cancelled.path("state").asText()).isEqualTo("CANCELLED");
    assertThat(cancelled.path("reason").asText()).isEqualTo("the wrong day");
    assertThat(cancelled.path("closedAt").asText()).endsWith("Z");
    assertThat(
            List.of("selected", "completed", "failed", "inDoubt", "skipped", "unclaimed").stream()
                .map(each -> cancelled.path(each).asLong()))
        .containsExactly(25L, 6L, 3L, 1L, 0L, 15L);
  }

  /** At the first look the run is on its way; by the clock of the test it then goes too slowly. */
  private static void isLate(Site site) {
    AtomicLong nanos = new AtomicLong();
    DeadlineWatch watch =
        new DeadlineWatch(
            new Deadlines(site.jdbi()), site.settings(), InstantSource.system(), nanos::get);
    site.execute("UPDATE duly.run SET selected = 1000");
    watch.once();
    assertThat(site.text("SELECT (deadline - fire_time)::text FROM duly.run"))
        .isEqualTo("00:10:00");
    site.execute(
        "INSERT INTO duly.run_counter (run_id, worker_id, completed) VALUES (1, 'w', 100)");
    pass(watch, nanos, Duration.ofSeconds(30));
    assertThat(site.count(MINUTES_TO_ETA)).isEqualTo(4); // 900 orders at 100 in 30 s: 4.5 minutes
    assertThat(site.count(WARNED)).isZero();

    pass(watch, nanos, Duration.ofSeconds(150));
    pass(watch, nanos, Duration.ofSeconds(150));
    assertThat(site.count(WARNED)).isEqualTo(1);
    assertThat(site.count("SELECT count(late_at) FROM duly.run")).isZero();

    site.execute("UPDATE duly.run SET deadline = now() - interval '1 s'");
    pass(watch, nanos, Duration.ofSeconds(10));
    pass(watch, nanos, Duration.ofSeconds(10));
    assertThat(site.count("SELECT count(late_at) FROM duly.run")).isEqualTo(1);
    assertThat(site.count("SELECT count(*) FROM duly.notification")).isEqualTo(2);
    site.execute("DELETE FROM duly.run_counter");
  }

  private static final String WARNED = "SELECT count(late_warned_at) FROM duly.run";
  private static final String MINUTES_TO_ETA =
      "SELECT floor(extract(epoch FROM eta - now()) / 60)::bigint FROM duly.run";

  private static void pass(DeadlineWatch watch, AtomicLong nanos, Duration time) {
    nanos.addAndGet(time.toNanos());
    watch.once();
  }

  private HttpServer receiver(int down) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/verdicts",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          var headers = exchange.getRequestHeaders();
          posts.add(
              new Post(
                  headers.getFirst("Duly-Event"),
                  headers.getFirst("Duly-Event-Id"),
                  headers.getFirst("Duly-Signature"),
                  body));
          exchange.sendResponseHeaders(posts.size() <= down ? 503 : 204, -1);
          exchange.close();
        });
    server.start();
    return server;
  }
}
