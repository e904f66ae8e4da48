package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.duly.runtime.UserError;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who calls: proven by files that may be exchanged at any time. */
@Timeout(60)
class CredentialsTest {
  @TempDir Path folder;

  private final List<String> proofs = new CopyOnWriteArrayList<>();
  private final List<String> grants = new CopyOnWriteArrayList<>();
  private final AtomicInteger tokens = new AtomicInteger();
  private volatile int tokenStatus = 200;
  private volatile int tokenSeconds = 3600;
  private volatile String refusedProof = "none";
  private Path secret;
  private GoodServer server;

  @BeforeEach
  void start() throws Exception {
    secret = Files.writeString(folder.resolve("secret"), "first\n");
    server = GoodServer.start(this::answer);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private void answer(HttpServerRequest request) {
    String proof = String.valueOf(request.getHeader("Authorization"));
    if (request.path().equals("/token")) {
      request
          .body()
          .onSuccess(
              body -> {
                grants.add(proof + " " + body);
                String token = "t" + tokens.incrementAndGet();
                request
                    .response()
                    .setStatusCode(tokenStatus)
                    .end(
                        "{\"access_token\":\"" + token + "\",\"expires_in\":" + tokenSeconds + "}");
              });
      return;
    }
    proofs.add(proof);
    request.response().setStatusCode(proof.equals(refusedProof) ? 401 : 200).end("{}");
  }

  @Test
  void provesByAHeaderThatChangesWithItsFile() throws Exception {
    try (HttpOrderApi api = open(Map.of("api.auth", "header"))) {
      Call.process(api, Call.order("1"));
      Files.writeString(secret, "second");
      await()
          .until(
              () ->
                  Call.process(api, Call.order("2")) instanceof ApiAnswer.Executed
                      && proofs.contains("second"));
      Files.delete(secret);
      Call.process(api, Call.order("3"));
    }

    assertThat(proofs).startsWith("first").endsWith("second").doesNotContain("null", "");
  }

  @Test
  void provesByUserAndPassword() throws Exception {
    Files.writeString(secret, "päss");

    try (HttpOrderApi api = open(Map.of("api.auth", "basic", "api.auth-user", "shop"))) {
      Call.process(api, Call.order("1"));
      Call.lookup(api, "1");
    }

    String pair = Base64.getEncoder().encodeToString("shop:päss".getBytes(StandardCharsets.UTF_8));
    assertThat(proofs).containsExactly("Basic " + pair, "Basic " + pair);
  }

  @Test
  void asksForOneTokenForManyCalls() throws Exception {
    try (HttpOrderApi api = oauth()) {
      List<CompletableFuture<ApiAnswer>> calls =
          IntStream.range(0, 50)
              .mapToObj(i -> api.process(Call.order("o" + i)).toCompletableFuture())
              .toList();
      calls.forEach(call -> assertThat(call.join()).isInstanceOf(ApiAnswer.Executed.class));
    }

    String client =
        Base64.getEncoder().encodeToString("my+client:first".getBytes(StandardCharsets.UTF_8));
    assertThat(grants)
        .containsExactly("Basic " + client + " grant_type=client_credentials&scope=orders+pay");
    assertThat(proofs).hasSize(50).containsOnly("Bearer t1");
  }

  @Test
  void asksForTheNextTokenBeforeOneExpires() throws Exception {
    tokenSeconds = 1;

    try (HttpOrderApi api = oauth()) {
      Call.process(api, Call.order("1"));
      Call.process(api, Call.order("2"));
    }

    assertThat(proofs).containsExactly("Bearer t1", "Bearer t2");
  }

  @Test
  void dropsARefusedTokenOnceAndSendsNothingTwice() throws Exception {
    refusedProof = "Bearer t1";

    try (HttpOrderApi api = oauth()) {
      ApiAnswer refused = Call.process(api, Call.order("1"));
      ApiAnswer next = Call.process(api, Call.order("2"));
      refusedProof = "Bearer t2";
      ApiAnswer refusedAgain = Call.process(api, Call.order("3"));
      ApiAnswer afterwards = Call.process(api, Call.order("4"));

      assertThat(refused).isEqualTo(new ApiAnswer.Misconfigured(401, "HTTP 401"));
      assertThat(next).isInstanceOf(ApiAnswer.Executed.class);
      assertThat(refusedAgain).isInstanceOf(ApiAnswer.Misconfigured.class);
      assertThat(afterwards).isInstanceOf(ApiAnswer.Misconfigured.class);
    }
    assertThat(proofs).containsExactly("Bearer t1", "Bearer t2", "Bearer t2", "Bearer t2");
  }

  @Test
  void sendsNothingWithoutAToken() throws Exception {
    tokenStatus = 400;

    try (HttpOrderApi api = oauth()) {
      ApiAnswer answer = Call.process(api, Call.order("1"));

      assertThat(answer)
          .isEqualTo(
              new ApiAnswer.NotExecuted(
                  null,
                  "no credentials: the token URL answered HTTP 400 and no token",
                  java.time.Duration.ZERO));
      assertThat(proofs).isEmpty();
      tokenStatus = 200;
      assertThat(Call.process(api, Call.order("1"))).isInstanceOf(ApiAnswer.Executed.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "header, api.auth-file, no-such-file, cannot be read",
    "header, api.auth-file, '', api.auth-file has no value",
    "basic, api.auth-user, '', api.auth-user has no value",
    "oauth2, api.auth-client-id, '', api.auth-client-id has no value",
    "none, api.tls-ca, no-such-file, cannot be read",
    "none, api.tls-key, no-such-file, cannot be read",
  })
  void saysAtTheStartWhatIsMissing(String kind, String setting, String value, String message) {
    Map<String, String> settings = new HashMap<>(Map.of("api.auth", kind));
    settings.put(setting, value);

    assertThatThrownBy(() -> open(settings))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("first");
  }

  @Test
  void neverSendsOrShowsASecretOfTwoLines() throws Exception {
    try (HttpOrderApi api = open(Map.of("api.auth", "header"))) {
      Files.writeString(secret, "top\nsecret");

      await()
          .untilAsserted(
              () -> {
                ApiAnswer answer = Call.process(api, Call.order("1"));
                assertThat(answer).isInstanceOf(ApiAnswer.Misconfigured.class);
                assertThat(answer.reason())
                    .isEqualTo("the file " + secret + " holds more than one line of text");
              });
    }
    assertThatThrownBy(() -> open(Map.of("api.auth", "header"))).isInstanceOf(UserError.class);
    assertThat(proofs).containsOnly("first");
  }

  @Test
  void refusesAnEmptySecretAndACertificateWithoutItsKey() throws Exception {
    Files.writeString(secret, " \n");

    assertThatThrownBy(() -> open(Map.of("api.auth", "header")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("is empty");
    Files.writeString(secret, "no PEM");
    assertThatThrownBy(() -> open(Map.of("api.tls-key", secret.toString())))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("need each other");
    assertThatThrownBy(() -> open(Map.of("api.tls-ca", secret.toString())))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("must be PEM files");
  }

  private HttpOrderApi oauth() {
    return open(Map.of("api.auth", "oauth2"));
  }

  private HttpOrderApi open(Map<String, String> given) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "api.auth-file",
                secret.toString(),
                "api.auth-token-url",
                server.url() + "/token",
                "api.auth-client-id",
                "my client",
                "api.auth-scope",
                "orders pay"));
    all.putAll(given);
    return Call.open(server.url(), all);
  }
}
