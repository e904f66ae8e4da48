package io.duly.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.operations.Problem;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the page's HTTP API tells. */
@ExtendWith(ServersExtension.class)
class ConsoleTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Servers servers;

  ConsoleTest(Servers servers) {
    this.servers = servers;
  }

  @Test
  void theFilesOfThePageCarryStrictHeaders() throws Exception {
    try (Open open = servers.open("console.base-path", "/duly")) {
      String page = open.get("").body();
      for (String file : Assets.names()) {
        HttpResponse<String> found = open.get(file);
        assertThat(found.statusCode()).as(file).isEqualTo(200);
        assertThat(found.headers().firstValue("Content-Security-Policy").orElseThrow())
            .startsWith("default-src 'self';")
            .contains("frame-ancestors 'none'");
        assertThat(found.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(page.contains("src=\"" + file + "\"") || !file.endsWith(".js"))
            .as("page loads " + file)
            .isTrue();
      }
      assertThat(open.console().url()).endsWith("/duly/");
      assertThat(open.get("../").statusCode()).isEqualTo(404);
      assertThat(open.get("no-such-file").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void badRequestsAreToldWhatIsWrong() throws Exception {
    try (Open open = servers.open()) {
      assertThat(open.act("pause", "{").statusCode()).isEqualTo(400);
      assertThat(open.act("pause", "{}").body()).contains("reason is needed");
      assertThat(open.act("resume", "{}").body()).contains("who is needed");
      assertThat(open.act("pause", "x".repeat(2 << 20)).statusCode()).isEqualTo(413);
      assertThat(open.get("api/v1/runs?before=x").statusCode()).isEqualTo(400);
      assertThat(open.get("api/v1/orders/nonsense").statusCode()).isEqualTo(404);
      assertThat(open.act("runs/9/cancel", "{" + Open.BY + "}").statusCode()).isEqualTo(404);
      assertThat(open.get("api/v1/nothing").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void anAddressThatIsEncodedWronglyIsAnsweredToo() throws Exception {
    try (Open open = servers.open()) {
      for (String path :
          new String[] {"orders/%zz", "orders/%", "doubts?run=%zz", "runs?before=%"}) {
        String request = "GET /api/v1/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

        assertThat(open.raw(request.replace("%s", path))).as(path).startsWith("HTTP/1.1 400");
      }
    }
  }

  @Test
  void eventsComeOnceASecond() throws Exception {
    try (Open open = servers.open()) {
      HttpResponse<Stream<String>> events =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(open.at("api/v1/events")).build(),
                  HttpResponse.BodyHandlers.ofLines());
      try (Stream<String> lines = events.body()) {
        assertThat(lines.filter(each -> each.startsWith("data: ")).limit(2))
            .allSatisfy(
                each -> assertThat(JSON.readTree(each.substring(6)).path("lag")).hasSize(8));
      }
      assertThat(open.read("history").path("at")).hasSizeGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void aRunThatIsOpenIsToldHoweverManyCameAfterIt() throws Exception {
    servers.execute(
        """
        INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at, paused)
        SELECT 's', now() + n * interval '1 s', now(), CASE n WHEN 1 THEN 'PUBLISHED' ELSE 'CLOSED' END, '', now(),
          CASE n WHEN 1 THEN 'by hand' END
        FROM generate_series(1, 30) AS g(n)
        """);

    try (Open open = servers.open()) {
      JsonNode told = open.read("overview");

      assertThat(told.path("runs")).hasSize(21);
      assertThat(told.path("runs").path(20).path("id").asLong()).isOne();
      assertThat(told.path("problems").toString()).contains("RUN_PAUSED").contains("by hand");
      assertThat(open.read("runs?before=3")).hasSize(2);
    }
  }

  @Test
  void eachProblemHasASectionInTheRunbook() throws Exception {
    try (Open open = servers.open()) {
      for (Problem.Kind each : Problem.Kind.values()) {
        HttpResponse<String> found = open.get("api/v1/runbook/" + each.section());
        assertThat(found.statusCode()).as(each.section()).isEqualTo(200);
      }
    }
  }

  @Test
  void theApiIsDescribedRouteByRoute() throws Exception {
    try (Open open = servers.open();
        Sampler sampler = new Sampler(open.installation());
        Replays replays = new Replays(open.installation())) {
      String described = open.get("openapi.yaml").body();

      for (int status : new int[] {400, 401, 403, 404, 409, 413, 421, 500, 503}) {
        assertThat(described).containsPattern("\\s" + status + " ");
      }
      for (Route route : new Api(open.installation(), sampler, replays).routes()) {
        int path = described.indexOf("\n  /" + route.path() + ":\n");
        assertThat(path).as(route.path()).isPositive();
        int end = described.indexOf("\n  /", path + 1);
        assertThat(described.substring(path, end < 0 ? described.length() : end))
            .contains("\n    " + route.kind().method().toLowerCase(Locale.ROOT) + ":");
      }
    }
  }
}
