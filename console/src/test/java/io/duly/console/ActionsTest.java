package io.duly.console;

import static io.duly.console.Open.BY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the page's HTTP API changes. */
@ExtendWith(ServersExtension.class)
class ActionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Servers servers;

  ActionsTest(Servers servers) {
    this.servers = servers;
  }

  private void openRun() {
    servers.execute(
        "INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at) VALUES ('s', now(), now(), 'PUBLISHED', '', now())");
  }

  /** Orders 1 to 3 of run 1, each with one attempt that ended so. */
  private void ended(String outcome) {
    openRun();
    servers.execute(
        """
        INSERT INTO orders (id, customer, total_price, priority, clerk, order_date, status)
        SELECT n, 1, 9.50, '1-URGENT', 'Ann', '2026-11-23', '%s' FROM generate_series(1, 3) AS g(n)
        """
            .formatted(outcome));
    servers.execute(
        """
        INSERT INTO duly.attempt (order_id, attempt, token, run_id, worker_id, generation, source_partition, source_offset,
          claimed_at, finished_at, outcome, calls, reason)
        SELECT n, 1, gen_random_uuid(), 1, 'w', 0, 0, n, now(), now(), '%s', 1, 'no answer'
        FROM generate_series(1, 3) AS g(n)
        """
            .formatted(outcome));
  }

  private static JsonNode ok(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  @Test
  void aDoubtIsSettledOnceWithWhoAndWhy() throws Exception {
    ended("IN_DOUBT");
    String settle = "{\"ids\": [\"2\"], \"outcome\": \"COMPLETED\", " + BY + "}";
    try (Open open = servers.open()) {
      assertThat(open.read("doubts?run=1&reason=answer")).hasSize(3);

      assertThat(ok(open.act("doubts/settle", settle)).path("done").asText())
          .isEqualTo("1 order is COMPLETED");

      assertThat(open.act("doubts/settle", settle).statusCode()).isEqualTo(409);
      assertThat(open.read("doubts")).hasSize(2);
      assertThat(open.read("orders/2").path("events").toString()).contains("Ann: for a test");
      assertThat(servers.count("duly.decision WHERE who = 'Ann' AND reason = 'for a test'"))
          .isOne();
      assertThat(open.act("doubts/settle", settle.replace("[\"2\"]", "[]")).statusCode())
          .isEqualTo(400);
    }
  }

  @Test
  void ordersThatFailedAreSentAgainAsTheirPlanSays() throws Exception {
    ended("FAILED");
    try (Open open = servers.open()) {
      JsonNode plan = ok(open.act("resend/plan", "{\"run\": 1}"));
      assertThat(plan.path("orders").asInt()).isEqualTo(3);
      assertThat(plan.path("newKey").asBoolean()).isTrue();
      assertThat(plan.path("risky").asBoolean()).isFalse();

      assertThat(open.act("resend", "{\"run\": 1, \"maxCalls\": 2, " + BY + "}").statusCode())
          .isEqualTo(409);
      assertThat(servers.count("duly.decision")).isZero();
      ok(open.act("resend", "{\"run\": 1, \"maxCalls\": 3, " + BY + "}"));

      assertThat(servers.count("orders WHERE status = 'PENDING'")).isEqualTo(3);
      assertThat(servers.count("duly.decision WHERE decided = 'RETRY' AND who = 'Ann'"))
          .isEqualTo(3);
    }
  }

  @Test
  void whatMayBeExecutedTwiceIsSentAgainOnlyWhereThatIsSaid() throws Exception {
    ended("IN_DOUBT");
    String resend = "{\"ids\": [\"1\"], \"status\": \"IN_DOUBT\", \"maxCalls\": 1, " + BY;
    try (Open open = servers.open("api.contract", "neither")) {
      JsonNode plan = ok(open.act("resend/plan", "{\"ids\": [\"1\"], \"status\": \"IN_DOUBT\"}"));
      assertThat(plan.path("risky").asBoolean()).isTrue();

      assertThat(open.act("resend", resend + "}").statusCode()).isEqualTo(409);
      ok(open.act("resend", resend + ", \"callsAgain\": true}"));

      assertThat(servers.count("orders WHERE status = 'PENDING'")).isOne();
    }
  }

  @Test
  void aRunIsPausedResumedAndCancelled() throws Exception {
    openRun();
    String by = "{" + BY + "}";
    try (Open open = servers.open()) {
      ok(open.act("runs/1/pause", by));
      assertThat(servers.count("duly.run WHERE paused = 'for a test (Ann)'")).isOne();
      assertThat(open.act("runs/1/resume", "{}").statusCode()).isEqualTo(400);
      ok(open.act("runs/1/resume", by));
      assertThat(open.act("runs/1/resume", by).statusCode()).isEqualTo(409);

      ok(open.act("runs/1/cancel", by));

      assertThat(
              servers.count(
                  "duly.run WHERE state = 'CANCELLED' AND cancelled_by = 'Ann' AND cancelled_why = 'for a test'"))
          .isOne();
      assertThat(open.act("runs/1/cancel", by).statusCode()).isEqualTo(409);
      assertThat(open.act("runs/1/pause", by).statusCode()).isEqualTo(409);
    }
  }

  @Test
  void allCallsArePausedAndResumed() throws Exception {
    String by = "{" + BY + "}";
    try (Open open = servers.open()) {
      ok(open.act("pause", by));
      assertThat(servers.count("duly.permit WHERE paused = 'for a test (Ann)'")).isOne();
      ok(open.act("resume", by));
      assertThat(open.act("resume", by).statusCode()).isEqualTo(409);
    }
  }
}
