package io.duly.api;

import io.duly.runtime.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to one server, and the limits of each exchange on them. HTTP/1.1: one call at a time
 * on each; HTTP/2: many. New connections use the TLS files as they are now. Thread-safe.
 */
final class HttpConnections {
  private static final Logger log = LoggerFactory.getLogger(HttpConnections.class);

  /** Calls that one HTTP/2 connection carries: what servers allow at least (RFC 9113, 6.5.2). */
  private static final int STREAMS = 100;

  private final Vertx vertx;
  private final HttpClientAgent client;
  private final TlsFiles tls;
  private final Duration timeout;
  private final int maxResponseBytes;

  HttpConnections(Vertx vertx, Settings settings, HttpVersion version, int concurrency) {
    this.vertx = vertx;
    this.timeout = settings.duration("api.timeout");
    this.maxResponseBytes = settings.number("api.max-response-bytes");
    this.tls = new TlsFiles(settings, version == HttpVersion.HTTP_2);
    tls.check(vertx);
    PoolOptions pool =
        new PoolOptions()
            .setHttp1MaxSize(concurrency)
            .setHttp2MaxSize(1 + (concurrency - 1) / STREAMS);
    Duration keepAlive = settings.duration("api.keep-alive");
    this.client = vertx.httpClientBuilder().with(options(version, keepAlive)).with(pool).build();
  }

  private HttpClientOptions options(HttpVersion version, Duration keepAlive) {
    int keepAliveSeconds = (int) Math.max(1, keepAlive.toSeconds());
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(version)
            .setUseAlpn(version == HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setHttp2MultiplexingLimit(STREAMS)
            .setKeepAliveTimeout(keepAliveSeconds)
            .setHttp2KeepAliveTimeout(keepAliveSeconds)
            .setConnectTimeout((int) Math.min(timeout.toMillis(), Integer.MAX_VALUE))
            .setMaxRedirects(0)
            .setTcpNoDelay(true);
    PemKeyCertOptions identity = tls.identity();
    PemTrustOptions trust = tls.trust();
    if (identity != null) {
      options.setKeyCertOptions(identity);
    }
    if (trust != null) {
      options.setTrustOptions(trust);
    }
    return options;
  }

  /** Runs one exchange: at most one request, over at the latest at the time-out. */
  <A> CompletionStage<A> run(
      RequestOptions options, Buffer body, BooleanSupplier maySend, Exchange<A> exchange) {
    return run(options, body, maySend, exchange, Credentials.NONE);
  }

  <A> CompletionStage<A> run(
      RequestOptions options,
      Buffer body,
      BooleanSupplier maySend,
      Exchange<A> exchange,
      Credentials credentials) {
    renewTls();
    long timer = vertx.setTimer(timeout.toMillis(), id -> exchange.timeOut(timeout));
    credentials
        .headers()
        .whenComplete(
            (headers, failure) -> {
              if (failure != null) {
                exchange.failed("no credentials: " + OAuthTokens.reason(failure));
              } else {
                connect(withHeaders(options, headers), body, maySend, exchange);
              }
            });
    return exchange.answer().whenComplete((answer, failure) -> vertx.cancelTimer(timer));
  }

  private static RequestOptions withHeaders(RequestOptions options, Map<String, String> headers) {
    headers.forEach(options::putHeader);
    return options;
  }

  private void connect(
      RequestOptions options, Buffer body, BooleanSupplier maySend, Exchange<?> exchange) {
    client
        .request(options)
        .onFailure(e -> exchange.failed("no connection: " + e.getMessage()))
        .onSuccess(request -> exchange.send(request, body, maySend, maxResponseBytes));
  }

  private void renewTls() {
    if (tls.haveChanged()) {
      client
          .updateSSLOptions(tls.options())
          .onSuccess(changed -> log.info("TLS files have been read again"))
          .onFailure(
              e -> log.warn("TLS files cannot be used, the last ones hold cause={}", e.toString()));
    }
  }

  Future<Void> close() {
    return client.close();
  }
}
