package io.duly.console;

import static io.duly.console.Open.BY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who is let in by HTTP. */
@ExtendWith(ServersExtension.class)
class CallersTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Servers servers;

  CallersTest(Servers servers) {
    this.servers = servers;
  }

  @Test
  void withoutTheTokenNothingIsTold() throws Exception {
    try (Open open = servers.open("console.token-file", servers.tokenFile())) {
      assertThat(open.get("api/v1/overview").statusCode()).isEqualTo(401);
      assertThat(open.get("api/v1/events").statusCode()).isEqualTo(401);
      assertThat(open.post("api/v1/pause", "{" + BY + "}").statusCode()).isEqualTo(401);
      assertThat(open.get("api/v1/overview", "Authorization", "Bearer no").statusCode())
          .isEqualTo(401);
      assertThat(open.post("api/v1/login", "{\"token\": \"no\"}").statusCode()).isEqualTo(401);

      assertThat(
              open.get("api/v1/overview", "Authorization", "Bearer " + Servers.TOKEN).statusCode())
          .isEqualTo(200);
      HttpResponse<String> login = login(open);
      String cookie = login.headers().firstValue("Set-Cookie").orElseThrow();
      assertThat(cookie).containsIgnoringCase("HttpOnly").contains("SameSite=Strict");
      String session = session(login);
      assertThat(open.get("api/v1/overview", "Cookie", session).statusCode()).isEqualTo(200);
      assertThat(open.post("api/v1/pause", "{" + BY + "}", "Cookie", session).statusCode())
          .isEqualTo(403);
      assertThat(logout(open, login)).isEqualTo(200);
      assertThat(open.get("api/v1/overview", "Cookie", session).statusCode()).isEqualTo(401);
    }
  }

  private static HttpResponse<String> login(Open open) throws Exception {
    return open.post("api/v1/login", "{\"token\": \"" + Servers.TOKEN + "\"}");
  }

  private static String session(HttpResponse<String> login) {
    String cookie = login.headers().firstValue("Set-Cookie").orElseThrow();
    return cookie.substring(0, cookie.indexOf(';'));
  }

  private static int logout(Open open, HttpResponse<String> login) throws Exception {
    String csrf = JSON.readTree(login.body()).path("csrf").asText();
    return open.post("api/v1/logout", "", "Cookie", session(login), "X-Csrf-Token", csrf)
        .statusCode();
  }

  @Test
  void liveEventsEndWithTheirSession() throws Exception {
    try (Open open = servers.open("console.token-file", servers.tokenFile())) {
      HttpResponse<String> login = login(open);
      HttpResponse<Stream<String>> events =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(open.at("api/v1/events"))
                      .header("Cookie", session(login))
                      .build(),
                  HttpResponse.BodyHandlers.ofLines());

      assertThat(logout(open, login)).isEqualTo(200);

      assertThat(events.body().filter(each -> each.startsWith("data: ")).count()).isLessThan(5);
    }
  }

  @Test
  void aChangeNeedsTheCsrfTokenAndOurOrigin() throws Exception {
    try (Open open = servers.open()) {
      String csrf = open.csrf();
      String pause = "{" + BY + "}";

      assertThat(open.post("api/v1/pause", pause).statusCode()).isEqualTo(403);
      assertThat(open.post("api/v1/pause", pause, "X-Csrf-Token", "x").statusCode()).isEqualTo(403);
      assertThat(
              open.post(
                      "api/v1/pause", pause, "X-Csrf-Token", csrf, "Origin", "http://evil.example")
                  .statusCode())
          .isEqualTo(403);
      String own = open.at("").toString().replaceAll("/$", "");
      assertThat(open.post("api/v1/pause", pause, "X-Csrf-Token", csrf, "Origin", own).statusCode())
          .isEqualTo(200);
      JsonNode overview = open.read("overview");
      assertThat(overview.path("paused").path("reason").asText()).isEqualTo("for a test (Ann)");
      assertThat(overview.path("problems").toString()).contains("CALLS_PAUSED");
    }
  }

  @Test
  void aReadOnlyPageChangesNothing() throws Exception {
    try (Open open = servers.open("console.actions", "off");
        Sampler sampler = new Sampler(open.installation());
        Replays replays = new Replays(open.installation())) {
      List<Route> routes = new Api(open.installation(), sampler, replays).routes();
      for (Route route : routes.stream().filter(each -> each.kind() != Route.Kind.READ).toList()) {
        HttpResponse<String> refused =
            open.act(route.path().replace("{run}", "1"), "{" + BY + ", \"to\": \"earliest\"}");

        assertThat(refused.statusCode()).as(route.path()).isEqualTo(403);
        assertThat(refused.body()).as(route.path()).contains("read-only");
      }
    }
  }

  @Test
  void anotherHostNameIsNotAnswered() throws Exception {
    try (Open open = servers.open()) {
      assertThat(open.raw(session("rebound.example", ""))).startsWith("HTTP/1.1 421");
      assertThat(open.raw(session("localhost", ""))).startsWith("HTTP/1.1 200");
    }
  }

  private static String session(String host, String headers) {
    return "GET /api/v1/session HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n"
        .formatted(host, headers);
  }

  @Test
  void aProxyIsServedUnderItsOwnNameAloneAndToThoseWithTheToken() throws Exception {
    try (Open open =
        servers.open(
            "console.proxy",
            "true",
            "console.public-url",
            "https://ops.example.com",
            "console.token-file",
            servers.tokenFile(),
            "console.actions",
            "on")) {
      String bearer = "Authorization: Bearer " + Servers.TOKEN + "\r\n";

      assertThat(open.console().url()).isEqualTo("https://ops.example.com/");
      assertThat(open.raw(session("ops.example.com", ""))).startsWith("HTTP/1.1 401");
      assertThat(open.raw(session("ops.example.com", bearer))).startsWith("HTTP/1.1 200");
      assertThat(open.raw(session("OPS.example.com:443", bearer))).startsWith("HTTP/1.1 200");
      assertThat(open.raw(session("localhost", bearer))).startsWith("HTTP/1.1 421");
      assertThat(open.raw(session("evil.example", bearer))).startsWith("HTTP/1.1 421");
    }
  }

  @Test
  void aRequestThatIsSentByteByByteIsCut() throws Exception {
    try (Open open = servers.open();
        Socket socket = new Socket("127.0.0.1", open.console().port())) {
      socket.setSoTimeout(Math.toIntExact(Duration.ofSeconds(20).toMillis()));
      socket
          .getOutputStream()
          .write(
              "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{"
                  .getBytes(StandardCharsets.US_ASCII));

      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }
}
