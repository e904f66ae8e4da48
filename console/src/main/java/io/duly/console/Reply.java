package io.duly.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** What a request is answered with: a status and a JSON document. */
record Reply(int status, JsonNode body) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Reply ok(JsonNode body) {
    return new Reply(200, body);
  }

  /** Says what was done. */
  static Reply done(String what) {
    return new Reply(200, JSON.createObjectNode().put("done", what));
  }

  /** Says why it was not. */
  static Reply refused(int status, String why) {
    return new Reply(status, JSON.createObjectNode().put("error", why));
  }

  /** Answers {@code request}, unless that was done or its sender is gone. */
  void send(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (!response.ended() && !response.closed()) {
      var unused =
          response
              .setStatusCode(status)
              .putHeader("Content-Type", "application/json")
              .end(body.toString());
    }
  }
}
