package io.duly.sandbox;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;

/** Puts an {@link Answer} on the wire. */
final class JsonAnswers {
  private JsonAnswers() {}

  /** Succeeds when the answer was written to the socket, fails when the caller has gone. */
  static Future<Void> send(HttpServerResponse response, Answer answer) {
    if (response.closed()) {
      return Future.failedFuture("the caller has gone");
    }
    response.setStatusCode(answer.status()).putHeader("Content-Type", "application/json");
    if (answer.asksToWait()) {
      response.putHeader("Retry-After", "1");
    }
    return response.end(answer.body());
  }
}
