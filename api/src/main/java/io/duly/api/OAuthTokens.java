package io.duly.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.duly.runtime.Settings;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens by client credentials (RFC 6749, section 4.4). A token is kept until a tenth of its
 * life, or a minute, is left; all calls wait for the same request for the next one. A 401 drops the
 * token, at most once in half a minute. The lock keeps callers from asking twice. Thread-safe.
 */
final class OAuthTokens implements Credentials {
  private static final long REFUSAL_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long USUAL_SECONDS = 300;
  private static final long LONGEST_SECONDS = TimeUnit.DAYS.toSeconds(1);
  private static final Pattern SENDABLE = Pattern.compile("[\\x21-\\x7e]+");

  /** A token's header, and when the next one is due. */
  private record Token(Map<String, String> headers, long dueNanos) {}

  private final String url;
  private final String client;
  private final String scope;
  private final SecretFile secret;
  private final HttpConnections connections;
  private @Nullable CompletableFuture<Token> current;
  private long droppedNanos = System.nanoTime() - REFUSAL_NANOS;

  OAuthTokens(Settings settings, SecretFile secret, HttpConnections connections) {
    settings.require("api.auth-token-url", "api.auth-client-id");
    this.url = settings.text("api.auth-token-url");
    this.client = settings.text("api.auth-client-id");
    this.scope = settings.text("api.auth-scope");
    this.secret = secret;
    this.connections = connections;
  }

  @Override
  public CompletionStage<Map<String, String>> headers() {
    return token().thenApply(Token::headers);
  }

  private synchronized CompletableFuture<Token> token() {
    if (current == null || current.isCompletedExceptionally() || isDue(current)) {
      current = fetch();
    }
    return current;
  }

  private static boolean isDue(CompletableFuture<Token> token) {
    return token.isDone() && token.join().dueNanos() - System.nanoTime() <= 0;
  }

  @Override
  public synchronized void refused() {
    boolean isThere = current != null && current.isDone();
    if (isThere && System.nanoTime() - droppedNanos >= REFUSAL_NANOS) {
      current = null;
      droppedNanos = System.nanoTime();
    }
  }

  private CompletableFuture<Token> fetch() {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(url)
            .putHeader("Content-Type", "application/x-www-form-urlencoded")
            .putHeader("Accept", "application/json")
            .putHeader("Authorization", Credentials.basic(form(client), form(secret.text())));
    String grant =
        "grant_type=client_credentials" + (scope.isEmpty() ? "" : "&scope=" + form(scope));
    CompletableFuture<Token> token = new CompletableFuture<>();
    Exchange<String> exchange =
        new Exchange<>(
            (status, retryAfter, body) -> keep(token, status, body),
            (sent, reason) -> fail(token, reason),
            "withheld");
    connections.run(options, Buffer.buffer(grant), () -> true, exchange);
    return token;
  }

  /** Never shows the body: it may hold a token. */
  private static String keep(CompletableFuture<Token> token, int status, String body) {
    JsonNode json = StrictJson.read(body);
    String access = json == null ? "" : json.path("access_token").asText();
    if (status != 200 || json == null || !SENDABLE.matcher(access).matches()) {
      return fail(token, "the token URL answered HTTP " + status + " and no token");
    }
    long seconds =
        Math.min(LONGEST_SECONDS, Math.max(0, json.path("expires_in").asLong(USUAL_SECONDS)));
    long kept = TimeUnit.SECONDS.toNanos(seconds - Math.min(60, 1 + seconds / 10));
    token.complete(
        new Token(Map.of("Authorization", "Bearer " + access), System.nanoTime() + kept));
    return "token";
  }

  private static String fail(CompletableFuture<Token> token, String reason) {
    token.completeExceptionally(new IllegalStateException(reason));
    return reason;
  }

  /** Why there is no token, in words. */
  static String reason(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return String.valueOf(cause.getMessage());
  }

  private static String form(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
