package io.duly.api;

import io.duly.runtime.Failpoint;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.StreamResetException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, whichever comes first of answer, failure and time-out. It knows
 * whether a byte of the request may have left. Its callbacks run on the client's event loop only.
 */
final class Exchange<A> {
  /** Error codes of HTTP/2 (RFC 9113, section 7); HTTP/1.1 just closes. */
  private static final long REFUSED_STREAM = 7;

  private static final long CANCEL = 8;

  /** What a complete answer means. */
  interface Meaning<A> {
    A of(int status, @Nullable String retryAfter, String body);
  }

  /** What it means that there is no complete answer. */
  interface Silence<A> {
    A of(boolean sent, String reason);
  }

  private final CompletableFuture<A> answer = new CompletableFuture<>();
  private final Meaning<A> meaning;
  private final Silence<A> silence;
  private final A withheld;
  private boolean sent;
  private @Nullable HttpClientRequest request;

  /** {@code withheld} is the answer where the caller does not let the request go. */
  Exchange(Meaning<A> meaning, Silence<A> silence, A withheld) {
    this.meaning = meaning;
    this.silence = silence;
    this.withheld = withheld;
  }

  CompletableFuture<A> answer() {
    return answer;
  }

  /** Writes the request, unless it is over already or {@code maySend} says no. */
  void send(
      HttpClientRequest connected, Buffer body, BooleanSupplier maySend, int maxResponseBytes) {
    request = connected;
    connected.exceptionHandler(e -> broken("the request failed: ", e));
    if (answer.isDone() || !maySend.getAsBoolean()) {
      answer.complete(withheld);
      connected.reset(CANCEL);
      return;
    }
    sent = true;
    connected
        .send(body)
        .onFailure(e -> broken("no answer: ", e))
        .onSuccess(response -> read(response, maxResponseBytes));
    Failpoint.WORKER_SENT.reach();
  }

  private void read(HttpClientResponse response, int maxBytes) {
    Buffer body = Buffer.buffer();
    response.handler(
        part -> {
          if (body.length() + part.length() > maxBytes) {
            failed("the answer is larger than " + maxBytes + " bytes");
            response.request().reset(CANCEL);
          } else {
            body.appendBuffer(part);
          }
        });
    response.exceptionHandler(e -> broken("the answer broke off: ", e));
    response.endHandler(
        end ->
            answer.complete(
                meaning.of(
                    response.statusCode(),
                    response.getHeader("Retry-After"),
                    body.toString(StandardCharsets.UTF_8))));
  }

  /** A stream refused by HTTP/2 was not looked at: as good as never sent (RFC 9113, 8.7). */
  private void broken(String what, Throwable e) {
    if (e instanceof StreamResetException reset && reset.getCode() == REFUSED_STREAM) {
      answer.complete(silence.of(false, "the server refused the stream unprocessed"));
    } else {
      failed(what + e.getMessage());
    }
  }

  void failed(String reason) {
    answer.complete(silence.of(sent, reason));
  }

  void timeOut(Duration timeout) {
    failed("no complete answer within " + timeout.toMillis() + " ms");
    if (request != null) {
      request.reset(CANCEL);
    }
  }
}
