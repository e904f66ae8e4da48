package io.duly.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the JSON that requests carry. */
final class Bodies {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_BYTES = 1 << 20;

  private Bodies() {}

  /**
   * Hands the body to {@code taker}, a missing node where there is none; refuses what is no JSON.
   */
  static void read(HttpServerRequest request, Consumer<JsonNode> taker) {
    if (request.method().equals(HttpMethod.GET)) {
      taker.accept(MissingNode.getInstance());
      return;
    }
    Buffer read = Buffer.buffer();
    request.handler(
        chunk -> {
          if (read.length() + chunk.length() <= MOST_BYTES) {
            read.appendBuffer(chunk);
          } else {
            Reply.refused(413, "the request is too large").send(request);
          }
        });
    request.endHandler(
        end -> {
          if (!request.response().ended()) {
            parse(read).ifPresentOrElse(taker, () -> Reply.refused(400, "no JSON").send(request));
          }
        });
  }

  private static Optional<JsonNode> parse(Buffer read) {
    try {
      return Optional.of(
          read.length() == 0 ? MissingNode.getInstance() : JSON.readTree(read.getBytes()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
