package io.duly.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.duly.console.Callers.Caller;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets requests in, or not: headers, host, session, CSRF; then leads them to a file, a route or the
 * live events. Used by the server's event loop; routes are answered by its workers.
 */
final class Site {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String API = "api/v1/";
  private static final int SLOWED_MILLIS = 500;
  private static final int SENT_MILLIS = 5_000;

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");

  private final Vertx vertx;
  private final Access access;
  private final Callers callers;
  private final Answers answers;
  private final Events events;

  Site(Vertx vertx, Access access, List<Route> routes, Sampler sampler) {
    this.vertx = vertx;
    this.access = access;
    this.callers = new Callers(access);
    this.answers = new Answers(vertx, routes, access.canAct(), sampler::changed);
    this.events = new Events(vertx, sampler);
  }

  void serve(HttpServerRequest request) {
    HEADERS.forEach(request.response()::putHeader);
    if (access.isTls()) {
      request.response().putHeader("Strict-Transport-Security", "max-age=31536000");
    }
    boundTime(request);
    try {
      lead(request);
    } catch (IllegalArgumentException e) {
      Reply.refused(400, "the address is not understood: " + e.getMessage()).send(request);
    }
  }

  /** One that sends byte by byte is never idle: what is not sent in five seconds is cut. */
  private void boundTime(HttpServerRequest request) {
    vertx.setTimer(
        SENT_MILLIS,
        timer -> {
          if (!request.isEnded()) {
            var unused = request.connection().close();
          }
        });
  }

  private void lead(HttpServerRequest request) {
    if (!callers.isHostOurs(request)) {
      Reply.refused(421, "this page is not served under that host name").send(request);
      return;
    }
    String path = request.path();
    if (path == null || !path.startsWith(access.basePath())) {
      Reply.refused(404, "there is nothing here; see " + access.basePath()).send(request);
      return;
    }
    String rest = path.substring(access.basePath().length());
    if (rest.startsWith(API)) {
      api(request, rest.substring(API.length()));
    } else {
      file(request, rest);
    }
  }

  private static void file(HttpServerRequest request, String name) {
    Optional<Assets.Asset> found =
        request.method().equals(HttpMethod.GET) ? Assets.find(name) : Optional.empty();
    if (found.isEmpty()) {
      Reply.refused(404, "there is nothing here").send(request);
      return;
    }
    var unused =
        request
            .response()
            .putHeader("Content-Type", found.get().type())
            .putHeader("Cache-Control", "no-cache")
            .end(Buffer.buffer(found.get().bytes()));
  }

  private void api(HttpServerRequest request, String path) {
    boolean isRead = request.method().equals(HttpMethod.GET);
    if (path.equals("login") && request.method().equals(HttpMethod.POST)) {
      Bodies.read(request, body -> login(request, body.path("token").asText("")));
      return;
    }
    Optional<Caller> caller = callers.caller(request);
    if (caller.isEmpty()) {
      Reply.refused(401, "the token is needed").send(request);
    } else if (!isRead && !callers.isFromOurPage(request, caller.get())) {
      Reply refused = Reply.refused(403, "the request does not come from this page");
      ChangeLog.foreign(request, refused);
      refused.send(request);
    } else if (path.equals("session") && isRead) {
      Reply.ok(session(caller.get())).send(request);
    } else if (path.equals("logout") && !isRead) {
      callers.logout(caller.get());
      Reply.done("logged out").send(request);
    } else if (path.equals("events") && isRead) {
      events.serve(request, () -> callers.caller(request).isPresent());
    } else {
      answers.lead(request, path);
    }
  }

  private JsonNode session(Caller caller) {
    return JSON.createObjectNode()
        .put("csrf", caller.session() == null ? null : caller.session().csrf())
        .put("canAct", access.canAct())
        .put("token", access.token() != null);
  }

  private void login(HttpServerRequest request, String token) {
    callers
        .login(request, token)
        .ifPresentOrElse(
            caller -> Reply.ok(session(caller)).send(request),
            () ->
                vertx.setTimer(
                    SLOWED_MILLIS,
                    timer -> Reply.refused(401, "that is not the token").send(request)));
  }
}
