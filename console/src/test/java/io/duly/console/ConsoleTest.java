package io.duly.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.operations.Installation;
import io.duly.operations.Problem;
import io.duly.runtime.Settings;
import io.duly.sandbox.EmbeddedBroker;
import io.duly.sandbox.EmbeddedPostgres;
import io.duly.sandbox.SampleOrders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page's HTTP API, and who is let in. */
class ConsoleTest {
  private static final String TOKEN = "a token of some length";
  private static final String BY = "\"who\": \"Ann\", \"reason\": \"for a test\"";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;

  private static EmbeddedPostgres postgres;
  private static EmbeddedBroker broker;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    broker = EmbeddedBroker.start(folder.resolve("kafka"));
    try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl())) {
      SampleOrders.createTable(connection, "public.orders");
    }
    Installation.create(settings()).close();
  }

  @AfterAll
  static void stop() {
    broker.close();
    postgres.close();
  }

  private static Settings settings(String... given) {
    Map<String, String> settings = new HashMap<>();
    settings.put("database.url", postgres.jdbcUrl());
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("topic.replication", "1");
    settings.put("api.contract", "idempotent");
    for (int i = 0; i < given.length; i += 2) {
      settings.put(given[i], given[i + 1]);
    }
    return Settings.of(settings);
  }

  /** A console that closes its installation as well. */
  private record Open(Installation installation, Console console) implements AutoCloseable {
    static Open with(String... given) {
      Installation installation = Installation.open(settings(given), "console-test");
      try {
        return new Open(installation, Console.start(installation, 0));
      } catch (RuntimeException e) {
        installation.close();
        throw e;
      }
    }

    URI at(String path) {
      return URI.create(console.url() + path);
    }

    @Override
    public void close() {
      console.close();
      installation.close();
    }
  }

  private static String tokenFile() throws IOException {
    Path file = folder.resolve("token");
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, TOKEN);
    }
    return file.toString();
  }

  private HttpResponse<String> get(Open open, String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(open.at(path));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(Open open, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(open.at(path)).POST(HttpRequest.BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String csrf(Open open) throws Exception {
    return JSON.readTree(get(open, "api/v1/session").body()).path("csrf").asText();
  }

  @Test
  void theFilesOfThePageCarryStrictHeaders() throws Exception {
    try (Open open = Open.with("console.base-path", "/duly")) {
      for (String file : new String[] {"", "app.js", "style.css", "uplot.js", "openapi.yaml"}) {
        HttpResponse<String> found = get(open, file);
        assertThat(found.statusCode()).as(file).isEqualTo(200);
        assertThat(found.headers().firstValue("Content-Security-Policy").orElseThrow())
            .startsWith("default-src 'self';")
            .contains("frame-ancestors 'none'");
        assertThat(found.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      }
      assertThat(open.console().url()).endsWith("/duly/");
      assertThat(get(open, "../").statusCode()).isEqualTo(404);
      assertThat(get(open, "no-such-file").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void withoutTheTokenNothingIsTold() throws Exception {
    try (Open open = Open.with("console.token-file", tokenFile())) {
      assertThat(get(open, "api/v1/overview").statusCode()).isEqualTo(401);
      assertThat(get(open, "api/v1/events").statusCode()).isEqualTo(401);
      assertThat(post(open, "api/v1/pause", "{" + BY + "}").statusCode()).isEqualTo(401);
      assertThat(get(open, "api/v1/overview", "Authorization", "Bearer no").statusCode())
          .isEqualTo(401);
      assertThat(post(open, "api/v1/login", "{\"token\": \"no\"}").statusCode()).isEqualTo(401);

      assertThat(get(open, "api/v1/overview", "Authorization", "Bearer " + TOKEN).statusCode())
          .isEqualTo(200);
      HttpResponse<String> login = post(open, "api/v1/login", "{\"token\": \"" + TOKEN + "\"}");
      String cookie = login.headers().firstValue("Set-Cookie").orElseThrow();
      assertThat(cookie).containsIgnoringCase("HttpOnly").contains("SameSite=Strict");
      String session = cookie.substring(0, cookie.indexOf(';'));
      assertThat(get(open, "api/v1/overview", "Cookie", session).statusCode()).isEqualTo(200);
      assertThat(post(open, "api/v1/pause", "{" + BY + "}", "Cookie", session).statusCode())
          .isEqualTo(403);
      String csrf = JSON.readTree(login.body()).path("csrf").asText();
      assertThat(
              post(open, "api/v1/logout", "", "Cookie", session, "X-Csrf-Token", csrf).statusCode())
          .isEqualTo(200);
      assertThat(get(open, "api/v1/overview", "Cookie", session).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void aChangeNeedsTheCsrfTokenAndOurOrigin() throws Exception {
    try (Open open = Open.with()) {
      String csrf = csrf(open);

      assertThat(post(open, "api/v1/pause", "{" + BY + "}").statusCode()).isEqualTo(403);
      assertThat(post(open, "api/v1/pause", "{" + BY + "}", "X-Csrf-Token", "x").statusCode())
          .isEqualTo(403);
      assertThat(
              post(
                      open,
                      "api/v1/pause",
                      "{" + BY + "}",
                      "X-Csrf-Token",
                      csrf,
                      "Origin",
                      "http://evil.example")
                  .statusCode())
          .isEqualTo(403);
      assertThat(post(open, "api/v1/pause", "{" + BY + "}", "X-Csrf-Token", csrf).statusCode())
          .isEqualTo(200);
      JsonNode overview = JSON.readTree(get(open, "api/v1/overview").body());
      assertThat(overview.path("paused").path("reason").asText()).isEqualTo("for a test (Ann)");
      assertThat(overview.path("problems").toString()).contains("CALLS_PAUSED");
      assertThat(post(open, "api/v1/resume", "{}", "X-Csrf-Token", csrf).statusCode())
          .isEqualTo(200);
      assertThat(post(open, "api/v1/resume", "{}", "X-Csrf-Token", csrf).statusCode())
          .isEqualTo(409);
    }
  }

  @Test
  void aReadOnlyPageChangesNothing() throws Exception {
    try (Open open = Open.with("console.actions", "off")) {
      HttpResponse<String> refused =
          post(open, "api/v1/pause", "{" + BY + "}", "X-Csrf-Token", csrf(open));

      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("read-only");
    }
  }

  @Test
  void anotherHostNameIsNotAnswered() throws Exception {
    try (Open open = Open.with();
        Socket socket = new Socket("127.0.0.1", open.at("").getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET /api/v1/session HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));

      assertThat(answer.readLine()).startsWith("HTTP/1.1 421");
    }
  }

  @Test
  void badRequestsAreToldWhatIsWrong() throws Exception {
    try (Open open = Open.with()) {
      String csrf = csrf(open);

      assertThat(post(open, "api/v1/pause", "{", "X-Csrf-Token", csrf).statusCode()).isEqualTo(400);
      assertThat(post(open, "api/v1/pause", "{}", "X-Csrf-Token", csrf).body())
          .contains("reason is needed");
      assertThat(post(open, "api/v1/pause", "x".repeat(2 << 20), "X-Csrf-Token", csrf).statusCode())
          .isEqualTo(413);
      assertThat(get(open, "api/v1/runs?before=x").statusCode()).isEqualTo(400);
      assertThat(get(open, "api/v1/orders/nonsense").statusCode()).isEqualTo(404);
      assertThat(
              post(open, "api/v1/runs/9/cancel", "{" + BY + "}", "X-Csrf-Token", csrf).statusCode())
          .isEqualTo(404);
      assertThat(get(open, "api/v1/nothing").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void eventsComeOnceASecond() throws Exception {
    try (Open open = Open.with()) {
      HttpResponse<Stream<String>> events =
          client.send(
              HttpRequest.newBuilder(open.at("api/v1/events")).build(),
              HttpResponse.BodyHandlers.ofLines());
      try (Stream<String> lines = events.body()) {
        assertThat(lines.filter(each -> each.startsWith("data: ")).limit(2))
            .allSatisfy(
                each -> assertThat(JSON.readTree(each.substring(6)).path("lag")).hasSize(8));
      }
    }
  }

  @Test
  void eachProblemHasASectionInTheRunbook() throws Exception {
    try (Open open = Open.with()) {
      for (Problem.Kind each : Problem.Kind.values()) {
        HttpResponse<String> found = get(open, "api/v1/runbook/" + each.section());
        assertThat(found.statusCode()).as(each.section()).isEqualTo(200);
      }
    }
  }

  @Test
  void theApiIsDescribedRouteByRoute() throws Exception {
    try (Open open = Open.with();
        Sampler sampler = new Sampler(open.installation());
        Replays replays = new Replays(open.installation())) {
      String described = get(open, "openapi.yaml").body();

      for (Route route : new Api(open.installation(), sampler, replays).routes()) {
        int path = described.indexOf("\n  /" + route.path() + ":\n");
        assertThat(path).as(route.path()).isPositive();
        int end = described.indexOf("\n  /", path + 1);
        assertThat(described.substring(path, end < 0 ? described.length() : end))
            .contains("\n    " + route.method().toLowerCase(java.util.Locale.ROOT) + ":");
      }
    }
  }
}
