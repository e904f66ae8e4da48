package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of docs/order-api.md, row by row, on real sockets; never more than one request. */
@Timeout(30)
class TransportTest {
  private static final List<String> KINDS = List.of("HTTP/1.1", "over TLS", "HTTP/2");

  @TempDir static Path folder;
  private static Identity identity;
  private static Identity stranger;

  @BeforeAll
  static void createIdentities() throws Exception {
    identity = Identity.create(folder, "api");
    stranger = Identity.create(folder, "stranger");
  }

  static Stream<Arguments> documented() throws IOException {
    return DocumentedTable.rows("| seen | HTTP/1.1 | over TLS | HTTP/2 |").stream()
        .flatMap(
            row ->
                IntStream.range(0, KINDS.size())
                    .filter(i -> !row.get(i + 1).isEmpty())
                    .mapToObj(i -> Arguments.of(row.get(0), KINDS.get(i), row.get(i + 1))));
  }

  @ParameterizedTest
  @MethodSource("documented")
  void makesOfAFailureWhatThePageSays(String seen, String kind, String becomes) throws Exception {
    ApiAnswer answer =
        switch (seen) {
          case "the connection is refused" -> call(url(kind, closedPort()), kind, true);
          case "the host is unknown" ->
              call(url(kind, 1).replace("127.0.0.1", "no-such-host.invalid"), kind, true);
          default -> kind.equals("HTTP/1.1") ? fault(seen) : served(seen, kind);
        };

    assertThat(answer.getClass().getSimpleName()).as(String.valueOf(answer)).isEqualTo(becomes);
    assertThat(answer.httpStatus()).isNull();
  }

  private static ApiAnswer fault(String seen) throws Exception {
    try (FaultServer server = FaultServer.start()) {
      boolean keeps = seen.equals("a kept connection is closed at the second request");
      switch (seen) {
        case "reset before the request is read" -> server.resetUnread();
        case "reset in the middle of the request" -> server.resetInTheMiddle();
        case "reset after the request is read" -> server.resetAfterReading();
        case "closed without an answer" -> server.hangUp();
        case "the answer is cut" -> server.cutInHalf();
        case "the answer is not HTTP" -> server.babble();
        case "no answer within the time-out" -> server.swallow();
        case "the answer drips beyond the time-out" -> server.drip();
        case "the answer is too large" -> server.answer("200 OK", "x".repeat(1025));
        case "a kept connection is closed at the second request" ->
            server.answerAndHangUpAtTheSecond();
        case "the time to send has passed" -> server.answer("200 OK", "{}");
        default -> throw new IllegalArgumentException("no such failure: " + seen);
      }
      boolean sends = !seen.equals("the time to send has passed");
      try (HttpOrderApi api = open(server.url(), "HTTP/1.1", identity)) {
        if (keeps) {
          assertThat(Call.process(api, Call.order("1"))).isInstanceOf(ApiAnswer.Executed.class);
        }
        ApiAnswer answer = Call.process(api, request(sends));
        // An answer given without the server's word, as by time, may be ahead of the server's
        // count.
        await().untilAsserted(() -> assertThat(server.connections()).isEqualTo(1));
        int expected = keeps ? 2 : sends ? 1 : 0;
        await().untilAsserted(() -> assertThat(server.requests()).hasSize(expected));
        return answer;
      }
    }
  }

  private static ApiAnswer served(String seen, String kind) throws Exception {
    if (seen.equals("the server does not speak TLS")) {
      try (FaultServer server = FaultServer.start()) {
        server.babble();
        return call(server.url().replace("http:", "https:"), kind, true);
      }
    }
    HttpServerOptions options = new HttpServerOptions();
    if (kind.equals("over TLS")) {
      options
          .setSsl(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .addCertPath(identity.certificate().toString())
                  .addKeyPath(identity.key().toString()));
    }
    boolean trusts = !seen.equals("the server's certificate is not trusted");
    boolean sends = !seen.equals("the time to send has passed");
    try (GoodServer server = GoodServer.start(options, request -> fail(seen, request));
        HttpOrderApi api = open(server.url(), kind, trusts ? identity : stranger)) {
      ApiAnswer answer = Call.process(api, request(sends));
      assertThat(server.requests()).hasSize(sends && trusts ? 1 : 0);
      return answer;
    }
  }

  private static void fail(String seen, HttpServerRequest request) {
    var unused =
        switch (seen) {
          case "closed without an answer" -> request.connection().close();
          case "the answer is cut" ->
              request
                  .response()
                  .putHeader("Content-Length", "100")
                  .write("half")
                  .compose(written -> request.connection().close());
          case "no answer within the time-out" -> request.body();
          case "the answer drips beyond the time-out" -> drip(request);
          case "the answer is too large" -> request.response().end("x".repeat(1025));
          case "the stream is refused (REFUSED_STREAM)" -> request.response().reset(7);
          case "the stream is reset otherwise" -> request.response().reset(2);
          case "the server says GOAWAY and closes" ->
              request.connection().shutdown(Duration.ofMillis(50));
          default -> throw new IllegalArgumentException("no such failure: " + seen);
        };
  }

  private static io.vertx.core.Future<Void> drip(HttpServerRequest request) {
    return request
        .response()
        .putHeader("Content-Length", "1000000")
        .write(Buffer.buffer(" "))
        .compose(written -> io.vertx.core.Vertx.currentContext().owner().timer(20))
        .compose(later -> drip(request));
  }

  private static ApiAnswer call(String url, String kind, boolean sends) throws Exception {
    try (HttpOrderApi api = open(url, kind, identity)) {
      return Call.process(api, request(sends));
    }
  }

  private static ApiRequest request(boolean sends) {
    return new ApiRequest("7", Call.KEY, "{\"id\":7}", () -> sends);
  }

  private static HttpOrderApi open(String url, String kind, Identity trusted) {
    Map<String, String> settings =
        new HashMap<>(Map.of("api.timeout", "500ms", "api.max-response-bytes", "1024"));
    if (kind.equals("over TLS")) {
      settings.put("api.tls-ca", trusted.certificate().toString());
    }
    if (kind.equals("HTTP/2")) {
      settings.put("api.http-version", "2");
    }
    return Call.open(url, settings);
  }

  private static String url(String kind, int port) {
    return (kind.equals("over TLS") ? "https" : "http") + "://127.0.0.1:" + port;
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
