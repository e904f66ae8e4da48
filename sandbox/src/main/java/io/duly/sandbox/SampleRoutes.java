package io.duly.sandbox;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** Which part of the sample API answers which request. Lives on one event loop. */
final class SampleRoutes {
  private static final String PROCESS = "/orders/process";
  private static final String ORDERS = "/orders/";

  private final SampleContract contract;
  private final Books books;
  private final OrderDesk desk;

  SampleRoutes(SampleContract contract, Books books, OrderDesk desk) {
    this.contract = contract;
    this.books = books;
    this.desk = desk;
  }

  void handle(HttpServerRequest request) {
    if (request.method().equals(HttpMethod.POST) && PROCESS.equals(request.path())) {
      request.body().onSuccess(body -> desk.take(request, body.getBytes()));
    } else {
      JsonAnswers.send(request.response(), answer(request));
    }
  }

  private Answer answer(HttpServerRequest request) {
    String path = request.method().equals(HttpMethod.GET) ? request.path() : "";
    if (path.equals("/health")) {
      return new Answer(200, "{\"status\":\"up\"}");
    }
    if (path.equals("/books")) {
      return books.memory().counts();
    }
    if (path.startsWith(ORDERS) && contract == SampleContract.LOOKUP) {
      return books.memory().describe(decoded(path.substring(ORDERS.length())));
    }
    return Answer.refused(404, "not_found", "no such resource under this contract");
  }

  private static String decoded(String segment) {
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
