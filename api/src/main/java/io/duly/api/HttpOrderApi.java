package io.duly.api;

import io.duly.runtime.Settings;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The API over HTTP: posts an order's JSON with its idempotency key. One connection carries one
 * call at a time, redirects are not followed, and the time-out bounds the whole exchange.
 * Thread-safe.
 */
public final class HttpOrderApi implements OrderApi {
  private final Vertx vertx;
  private final HttpClient client;
  private final AnswerRules rules;
  private final String url;
  private final String lookupUrl;
  private final String keyHeader;
  private final String userAgent;
  private final Duration timeout;
  private final int maxResponseBytes;

  private HttpOrderApi(Settings settings, String caller) {
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setWorkerPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    this.timeout = settings.duration("api.timeout");
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout((int) Math.min(timeout.toMillis(), Integer.MAX_VALUE))
                .setMaxRedirects(0)
                .setTcpNoDelay(true),
            new PoolOptions().setHttp1MaxSize(settings.number("api.concurrency")));
    this.rules = new AnswerRules(settings, InstantSource.system());
    this.url = settings.text("api.url");
    this.lookupUrl = settings.text("api.lookup-url");
    this.keyHeader = settings.text("api.key-header");
    this.userAgent = caller;
    this.maxResponseBytes = settings.number("api.max-response-bytes");
  }

  /** Opens the API that the settings describe; {@code caller} is sent as User-Agent. */
  public static HttpOrderApi open(Settings settings, String caller) {
    settings.require("api.url", "api.contract");
    if (settings.text("api.contract").equals("lookup")) {
      settings.require("api.lookup-url");
    }
    return new HttpOrderApi(settings, caller);
  }

  @Override
  public CompletionStage<ApiAnswer> process(ApiRequest request) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(filled(url, request.orderId()))
            .putHeader("Content-Type", "application/json")
            .putHeader("User-Agent", userAgent)
            .putHeader(keyHeader, request.key().toString());
    Exchange<ApiAnswer> exchange =
        new Exchange<>(
            rules::decide,
            (sent, reason) ->
                sent
                    ? new ApiAnswer.Ambiguous(null, reason, Duration.ZERO)
                    : new ApiAnswer.NotExecuted(null, reason, Duration.ZERO),
            new ApiAnswer.Withheld("the time to send had passed"));
    return run(options, Buffer.buffer(request.body()), request.maySend(), exchange);
  }

  @Override
  public CompletionStage<LookupAnswer> lookup(LookupRequest request) {
    if (lookupUrl.isEmpty()) {
      return CompletableFuture.completedFuture(
          new LookupAnswer.Unknown("api.lookup-url is not set"));
    }
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setAbsoluteURI(filled(lookupUrl, request.orderId()))
            .putHeader("User-Agent", userAgent);
    Exchange<LookupAnswer> exchange =
        new Exchange<>(
            (status, retryAfter, body) -> LookupRules.decide(status, body),
            (sent, reason) -> new LookupAnswer.Unknown(reason),
            new LookupAnswer.Unknown("not sent"));
    return run(options, Buffer.buffer(), () -> true, exchange);
  }

  private <A> CompletionStage<A> run(
      RequestOptions options,
      Buffer body,
      java.util.function.BooleanSupplier maySend,
      Exchange<A> exchange) {
    long timer = vertx.setTimer(timeout.toMillis(), id -> exchange.timeOut(timeout));
    client
        .request(options)
        .onFailure(e -> exchange.failed("no connection: " + e.getMessage()))
        .onSuccess(request -> exchange.send(request, body, maySend, maxResponseBytes));
    return exchange.answer().whenComplete((answer, failure) -> vertx.cancelTimer(timer));
  }

  private static String filled(String template, String orderId) {
    return template.replace(
        "{id}", URLEncoder.encode(orderId, StandardCharsets.UTF_8).replace("+", "%20"));
  }

  @Override
  public void close() {
    try {
      client.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("the HTTP client did not close", e);
    }
  }
}
