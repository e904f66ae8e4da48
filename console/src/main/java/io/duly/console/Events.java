package io.duly.console;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Streams each look to those who listen, as server-sent events. One that reads too slowly misses
 * looks, and never makes the server keep them; one whose session is over hears no more. Used by the
 * event loop.
 */
final class Events {
  static final int KEEP_ALIVE_MILLIS = 15_000;
  private static final int WAITING_BYTES = 1 << 20;

  private final Vertx vertx;
  private final Sampler sampler;

  Events(Vertx vertx, Sampler sampler) {
    this.vertx = vertx;
    this.sampler = sampler;
  }

  /** Answers {@code request} for as long as {@code isStillIn}. */
  void serve(HttpServerRequest request, BooleanSupplier isStillIn) {
    HttpServerResponse response = request.response();
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Content-Encoding", "identity")
        .putHeader("X-Accel-Buffering", "no")
        .setWriteQueueMaxSize(WAITING_BYTES);
    Context loop = vertx.getOrCreateContext();
    Consumer<String> listener =
        text -> loop.runOnContext(now -> tell(response, isStillIn, "data: " + text + "\n\n"));
    long timer =
        vertx.setPeriodic(KEEP_ALIVE_MILLIS, each -> tell(response, isStillIn, ": here\n\n"));
    Runnable over =
        () -> {
          sampler.forget(listener);
          boolean unused = vertx.cancelTimer(timer);
        };
    response.closeHandler(closed -> over.run());
    response.endHandler(ended -> over.run());
    var unused = response.write("retry: 1000\n\n");
    sampler.listen(listener);
  }

  private static void tell(HttpServerResponse response, BooleanSupplier isStillIn, String text) {
    if (response.ended() || response.closed()) {
      return;
    }
    if (!isStillIn.getAsBoolean()) {
      var unused = response.end();
    } else if (!response.writeQueueFull()) {
      var unused = response.write(text);
    }
  }
}
