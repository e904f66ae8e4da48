package io.duly.api;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A whole HTTP server (1.1 and 2, with and without TLS) that answers as told. */
final class GoodServer implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final HttpServer server;
  private final boolean secure;

  private GoodServer(HttpServerOptions options, Handler<HttpServerRequest> handler)
      throws Exception {
    this.secure = options.isSsl();
    this.server =
        vertx
            .createHttpServer(options.setHost("127.0.0.1").setPort(0))
            .connectionHandler(connection -> connections.incrementAndGet())
            .requestHandler(
                request -> {
                  requests.add(request.version() + " " + request.uri());
                  handler.handle(request);
                })
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  static GoodServer start(HttpServerOptions options, Handler<HttpServerRequest> handler)
      throws Exception {
    return new GoodServer(options, handler);
  }

  static GoodServer start(Handler<HttpServerRequest> handler) throws Exception {
    return new GoodServer(new HttpServerOptions(), handler);
  }

  String url() {
    return (secure ? "https" : "http") + "://127.0.0.1:" + server.actualPort();
  }

  /** Version and path of each request. */
  List<String> requests() {
    return requests;
  }

  int connections() {
    return connections.get();
  }

  HttpServer server() {
    return server;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
