package io.duly.sandbox;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.Random;

/**
 * Takes the calls for orders: receives, executes half way through the latency, answers. An order
 * once received is executed whether or not its caller still listens. Lives on one event loop.
 */
final class OrderDesk {
  private static final long SEED = 42;

  private final Vertx vertx;
  private final SampleApiSettings settings;
  private final Books books;
  private final TokenBucket bucket;
  private final Declines declines;
  private final Fingerprint fingerprint = new Fingerprint();
  private final Random random = new Random(SEED);

  OrderDesk(Vertx vertx, SampleApiSettings settings, Books books) {
    this.vertx = vertx;
    this.settings = settings;
    this.books = books;
    this.bucket = new TokenBucket(settings.ratePerSecond(), System::nanoTime);
    this.declines = new Declines(settings.failureShare());
  }

  /** Takes a POST whose body has arrived in full. */
  void take(HttpServerRequest request, byte[] body) {
    String key = header(request, "Idempotency-Key");
    String worker = header(request, "User-Agent");
    String print = fingerprint.of(body);
    HttpServerResponse response = request.response();
    try {
      OrderCall call = new OrderCall(OrderRequest.orderId(body), key, worker, print);
      if (key.isEmpty() && settings.contract() == SampleContract.IDEMPOTENT) {
        reject(response, call, Answer.refused(400, "invalid", "header Idempotency-Key is missing"));
      } else if (!bucket.take()) {
        reject(response, call, Answer.refused(429, "rejected", "too many requests"));
      } else {
        receive(response, call);
      }
    } catch (IOException e) {
      OrderCall call = new OrderCall("", key, worker, print);
      reject(response, call, Answer.refused(400, "invalid", String.valueOf(e.getMessage())));
    }
  }

  private void reject(HttpServerResponse response, OrderCall call, Answer answer) {
    books.note(LedgerEvent.REJECTED, call, answer.status(), Delivery.FIRST);
    JsonAnswers.send(response, answer);
  }

  private void receive(HttpServerResponse response, OrderCall call) {
    Admission admission = books.memory().admit(call);
    books.note(LedgerEvent.RECEIVED, call, 0, admission.delivery());
    if (admission instanceof Admission.Repeat repeat) {
      answer(response, call, repeat.answer(), Delivery.DUPLICATE);
      return;
    }
    books.memory().started(call);
    long millis = settings.latency().draw(random).toMillis();
    after(millis / 2, () -> execute(response, call, millis - millis / 2));
  }

  private void execute(HttpServerResponse response, OrderCall call, long restMillis) {
    Answer answer = outcome(call);
    after(
        restMillis,
        () -> {
          books.memory().finished(call);
          answer(response, call, answer, Delivery.FIRST);
        });
  }

  private Answer outcome(OrderCall call) {
    if (declines.include(call.order())) {
      return Answer.declined(call.order());
    }
    LedgerEntry effect = books.note(LedgerEvent.EFFECT, call, 0, Delivery.FIRST);
    return Answer.completed(call.order(), effect.seq());
  }

  private void answer(
      HttpServerResponse response, OrderCall call, Answer answer, Delivery delivery) {
    int status = answer.status();
    JsonAnswers.send(response, answer)
        .onComplete(
            sent -> books.note(LedgerEvent.ANSWERED, call, status, delivery),
            gone -> books.note(LedgerEvent.ABANDONED, call, status, delivery));
  }

  private void after(long millis, Runnable step) {
    if (millis == 0) {
      step.run();
    } else {
      vertx.setTimer(millis, timer -> step.run());
    }
  }

  private static String header(HttpServerRequest request, String name) {
    String value = request.getHeader(name);
    return value == null ? "" : value;
  }
}
