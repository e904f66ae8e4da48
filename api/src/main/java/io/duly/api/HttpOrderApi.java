package io.duly.api;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The API over HTTP: sends an order by its template, with its idempotency key. Redirects are not
 * followed, nothing is sent twice, and the time-out bounds the whole exchange. Thread-safe.
 */
public final class HttpOrderApi implements OrderApi {
  private static final int UNAUTHORIZED = 401;

  private final Vertx vertx;
  private final HttpConnections connections;
  private final Credentials credentials;
  private final AnswerRules rules;
  private final LookupRules lookupRules;
  private final OrderRequests orders;
  private final RequestTemplate lookup;
  private final RequestTemplate lookups;
  private final BatchLookup batch;
  private final boolean looksUp;
  private final String userAgent;

  private HttpOrderApi(Settings settings, String caller, Vertx vertx) {
    this.vertx = vertx;
    this.rules = new AnswerRules(settings, InstantSource.system());
    this.lookupRules = new LookupRules(settings);
    this.orders = new OrderRequests(settings, caller);
    this.lookup = RequestTemplate.lookup(settings);
    this.lookups = RequestTemplate.lookups(settings);
    this.batch = new BatchLookup(settings, lookupRules);
    this.looksUp = !settings.text("api.lookup-url").isEmpty();
    this.userAgent = caller;
    HttpVersion version =
        settings.text("api.http-version").equals("2") ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1;
    this.connections =
        new HttpConnections(vertx, settings, version, settings.number("api.concurrency"));
    this.credentials =
        Credentials.of(
            settings, () -> new HttpConnections(vertx, settings, HttpVersion.HTTP_1_1, 1));
  }

  /** Opens the API that the settings describe; {@code caller} is sent as User-Agent. */
  public static HttpOrderApi open(Settings settings, String caller) {
    settings.require("api.url", "api.contract");
    if (settings.text("api.contract").equals("lookup")) {
      settings.require("api.lookup-url");
    }
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setWorkerPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    try {
      return new HttpOrderApi(settings, caller, vertx);
    } catch (UserError e) {
      var unused = vertx.close();
      throw e;
    }
  }

  @Override
  public CompletionStage<ApiAnswer> process(ApiRequest request) {
    OrderValues values = new OrderValues(request.orderId(), request.key(), request.body());
    RequestOptions options;
    Buffer body;
    try {
      options = orders.options(values, request.key(), request.traceparent());
      body = orders.body(values);
    } catch (UserError e) {
      return misconfigured(e);
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(
          new ApiAnswer.TurnedAway(null, "no request can be made of it: " + e.getMessage()));
    }
    try {
      return connections
          .run(options, body, request.maySend(), exchange(), credentials)
          .whenComplete((answer, failure) -> learn(answer));
    } catch (UserError e) {
      return misconfigured(e);
    }
  }

  private static CompletionStage<ApiAnswer> misconfigured(UserError e) {
    return CompletableFuture.completedFuture(
        new ApiAnswer.Misconfigured(null, String.valueOf(e.getMessage())));
  }

  private Exchange<ApiAnswer> exchange() {
    return new Exchange<>(
        rules::decide,
        (sent, reason) ->
            sent
                ? new ApiAnswer.Ambiguous(null, reason, Duration.ZERO)
                : new ApiAnswer.NotExecuted(null, reason, Duration.ZERO),
        new ApiAnswer.Withheld("the time to send had passed"));
  }

  private void learn(ApiAnswer answer) {
    Integer status = answer.httpStatus();
    if (status != null) {
      noteRefusal(status);
    }
  }

  @Override
  public CompletionStage<LookupAnswer> lookup(LookupRequest request) {
    if (!looksUp) {
      return CompletableFuture.completedFuture(
          new LookupAnswer.Unknown("api.lookup-url is not set"));
    }
    OrderValues values = new OrderValues(request.orderId(), request.key(), "{}");
    Exchange<LookupAnswer> exchange =
        new Exchange<>(
            (status, retryAfter, body) -> answered(status, body),
            (sent, reason) -> new LookupAnswer.Unknown(reason),
            new LookupAnswer.Unknown("not sent"));
    return connections.run(
        lookup.options(values, headers()),
        lookup.body(values, ""),
        () -> true,
        exchange,
        credentials);
  }

  @Override
  public CompletionStage<List<LookupAnswer>> lookup(List<LookupRequest> requests) {
    if (batch.size() == 1) {
      return OrderApi.super.lookup(requests);
    }
    List<CompletionStage<List<LookupAnswer>>> all = new ArrayList<>();
    for (int from = 0; from < requests.size(); from += batch.size()) {
      all.add(ask(requests.subList(from, Math.min(requests.size(), from + batch.size()))));
    }
    return Stages.all(all).thenApply(answers -> answers.stream().flatMap(List::stream).toList());
  }

  private CompletionStage<List<LookupAnswer>> ask(List<LookupRequest> requests) {
    Exchange<List<LookupAnswer>> exchange =
        new Exchange<>(
            (status, retryAfter, body) -> {
              noteRefusal(status);
              return batch.read(status, body, requests);
            },
            (sent, reason) -> BatchLookup.unknown(requests, reason),
            BatchLookup.unknown(requests, "not sent"));
    OrderValues none = new OrderValues("", requests.get(0).key(), "{}");
    return connections.run(
        lookups.options(none, headers().set("Content-Type", "application/json")),
        Buffer.buffer(batch.question(requests)),
        () -> true,
        exchange,
        credentials);
  }

  private LookupAnswer answered(int status, String body) {
    noteRefusal(status);
    return lookupRules.decide(status, body);
  }

  private void noteRefusal(int status) {
    if (status == UNAUTHORIZED) {
      credentials.refused();
    }
  }

  private MultiMap headers() {
    return MultiMap.caseInsensitiveMultiMap().set("User-Agent", userAgent);
  }

  @Override
  public void close() {
    try {
      connections.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the HTTP client did not close", e);
    }
  }
}
