package io.duly.worker;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** An API that answers everybody as its mood is, and counts. */
final class MoodyApi implements AutoCloseable {
  private static final int SILENT = 0;

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();
  private final Map<Long, Integer> exceptions = new ConcurrentHashMap<>();
  private volatile int status;

  private MoodyApi(int status) {
    this.status = status;
    this.server =
        vertx
            .createHttpServer()
            .requestHandler(this::handle)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  static MoodyApi thatAnswers(int status) {
    return new MoodyApi(status);
  }

  static MoodyApi thatIsSilent() {
    return new MoodyApi(SILENT);
  }

  void answer(int status) {
    this.status = status;
  }

  /** Answers for the orders {@code ids} differently from its mood. */
  void answerFor(int status, long... ids) {
    for (long id : ids) {
      exceptions.put(id, status);
    }
  }

  private void handle(HttpServerRequest request) {
    int unused = requests.incrementAndGet();
    if (status != SILENT) {
      request.bodyHandler(
          body -> {
            long id = body.toJsonObject().getLong("id");
            request.response().setStatusCode(exceptions.getOrDefault(id, status)).end("{}");
          });
    }
  }

  int requests() {
    return requests.get();
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
