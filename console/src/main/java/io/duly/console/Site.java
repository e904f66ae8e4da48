package io.duly.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.duly.runtime.UserError;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets requests in, or not: headers, host, session, CSRF; then leads them to a file, a route or the
 * live events. Used by the server's event loop; routes are answered by its workers.
 */
final class Site {
  private static final Logger log = LoggerFactory.getLogger(Site.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String API = "api/v1/";
  private static final String COOKIE = "duly_session";
  private static final int MOST_BYTES = 1 << 20;
  private static final int SLOWED_MILLIS = 500;
  private static final int KEEP_ALIVE_MILLIS = 15_000;
  private static final int WAITING_BYTES = 1 << 20;

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
  private final Sessions sessions;
  private final List<Route> routes;
  private final Sampler sampler;

  Site(Vertx vertx, Access access, List<Route> routes, Sampler sampler) {
    this.vertx = vertx;
    this.access = access;
    this.sessions = new Sessions(access.token());
    this.routes = routes;
    this.sampler = sampler;
  }

  void serve(HttpServerRequest request) {
    HEADERS.forEach(request.response()::putHeader);
    if (access.isTls()) {
      request.response().putHeader("Strict-Transport-Security", "max-age=31536000");
    }
    if (!isHostOurs(request)) {
      send(request, Reply.refused(421, "this page is not served under that host name"));
      return;
    }
    String path = request.path();
    if (path == null || !path.startsWith(access.basePath())) {
      send(request, Reply.refused(404, "there is nothing here; see " + access.basePath()));
      return;
    }
    String rest = path.substring(access.basePath().length());
    if (rest.startsWith(API)) {
      api(request, rest.substring(API.length()));
    } else {
      file(request, rest);
    }
  }

  /**
   * A page of another site cannot make a browser send our name as Host, unless that site's name
   * leads to this address: so only names of ours are answered.
   */
  private boolean isHostOurs(HttpServerRequest request) {
    HostAndPort host = request.authority();
    if (access.proxied()) {
      return true;
    }
    if (host == null) {
      return false;
    }
    String name = host.host().replace("[", "").replace("]", "");
    return name.equals("localhost")
        || name.equals("127.0.0.1")
        || name.equals("::1")
        || name.equals(access.host())
        || (!Access.isLoopback(access.host()) && access.isTls());
  }

  private void file(HttpServerRequest request, String name) {
    Optional<Assets.Asset> found =
        request.method().equals(HttpMethod.GET) ? Assets.find(name) : Optional.empty();
    if (found.isEmpty()) {
      send(request, Reply.refused(404, "there is nothing here"));
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
    if (path.equals("login") && request.method().equals(HttpMethod.POST)) {
      body(request, body -> login(request, body));
      return;
    }
    Optional<Sessions.Session> session = session(request);
    boolean isBearer = isBearer(request);
    if (session.isEmpty() && !isBearer) {
      send(request, Reply.refused(401, "the token is needed"));
      return;
    }
    boolean isRead = request.method().equals(HttpMethod.GET);
    if (!isRead && !isBearer && !isFromOurPage(request, session.orElseThrow())) {
      send(request, Reply.refused(403, "the request does not come from this page"));
      return;
    }
    if (path.equals("session") && isRead) {
      send(request, Reply.ok(session(session)));
    } else if (path.equals("logout") && !isRead) {
      session.ifPresent(each -> sessions.logout(each.id()));
      send(request, Reply.done("logged out"));
    } else if (path.equals("events") && isRead) {
      events(request);
    } else {
      route(request, path);
    }
  }

  private Optional<Sessions.Session> session(HttpServerRequest request) {
    Cookie cookie = request.getCookie(COOKIE);
    return sessions.find(cookie == null ? null : cookie.getValue());
  }

  private boolean isBearer(HttpServerRequest request) {
    String header = request.getHeader("Authorization");
    return header != null
        && header.startsWith("Bearer ")
        && sessions.isToken(header.substring("Bearer ".length()));
  }

  private boolean isFromOurPage(HttpServerRequest request, Sessions.Session session) {
    String origin = request.getHeader("Origin");
    String host = request.getHeader("Host");
    boolean isSameOrigin =
        origin == null || access.proxied() || (host != null && host.equals(authority(origin)));
    return isSameOrigin && session.csrf().equals(request.getHeader("X-Csrf-Token"));
  }

  private static @Nullable String authority(String origin) {
    try {
      return URI.create(origin).getRawAuthority();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private JsonNode session(Optional<Sessions.Session> session) {
    return JSON.createObjectNode()
        .put("csrf", session.map(Sessions.Session::csrf).orElse(null))
        .put("canAct", access.canAct())
        .put("token", access.token() != null);
  }

  private void login(HttpServerRequest request, JsonNode body) {
    Optional<Sessions.Session> session = sessions.login(body.path("token").asText(""));
    if (session.isEmpty()) {
      vertx.setTimer(
          SLOWED_MILLIS, timer -> send(request, Reply.refused(401, "that is not the token")));
      return;
    }
    request
        .response()
        .addCookie(
            Cookie.cookie(COOKIE, session.get().id())
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.STRICT)
                .setSecure(access.isSecure())
                .setPath(access.basePath()));
    send(request, Reply.ok(session(session)));
  }

  private void route(HttpServerRequest request, String path) {
    for (Route route : routes) {
      Optional<List<String>> places =
          route.method().equals(request.method().name()) ? route.match(path) : Optional.empty();
      if (places.isPresent()) {
        if (route.changes() && !access.canAct()) {
          send(request, Reply.refused(403, "this page is read-only: see console.actions"));
        } else {
          body(request, body -> answer(request, route, ask(request, places.get(), body)));
        }
        return;
      }
    }
    send(request, Reply.refused(404, "there is no " + request.method() + " " + path));
  }

  private static Ask ask(HttpServerRequest request, List<String> places, JsonNode body) {
    Map<String, String> query = new HashMap<>();
    request
        .params()
        .forEach((Map.Entry<String, String> each) -> query.put(each.getKey(), each.getValue()));
    return new Ask(places, query, body);
  }

  private void answer(HttpServerRequest request, Route route, Ask ask) {
    var unused =
        vertx
            .executeBlocking(() -> answer(route, ask), false)
            .onComplete(
                done ->
                    send(
                        request,
                        done.succeeded()
                            ? done.result()
                            : Reply.refused(500, "it failed: see the log")));
  }

  private static Reply answer(Route route, Ask ask) {
    try {
      return route.handler().answer(ask);
    } catch (UserError | IllegalArgumentException e) {
      return Reply.refused(400, String.valueOf(e.getMessage()));
    } catch (Exception e) {
      log.warn("Request of the page failed path={}", route.path(), e);
      return Reply.refused(503, "it failed: " + e.getMessage());
    }
  }

  private void body(HttpServerRequest request, Consumer<JsonNode> taker) {
    if (request.method().equals(HttpMethod.GET)) {
      taker.accept(MissingNode.getInstance());
      return;
    }
    Buffer read = Buffer.buffer();
    request.handler(
        chunk -> {
          if (read.length() + chunk.length() <= MOST_BYTES) {
            read.appendBuffer(chunk);
          } else if (!request.response().ended()) {
            send(request, Reply.refused(413, "the request is too large"));
          }
        });
    request.endHandler(
        end -> {
          if (!request.response().ended()) {
            parse(read).ifPresentOrElse(taker, () -> send(request, Reply.refused(400, "no JSON")));
          }
        });
  }

  private static Optional<JsonNode> parse(Buffer read) {
    try {
      return Optional.of(
          read.length() == 0 ? MissingNode.getInstance() : JSON.readTree(read.getBytes()));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (java.io.IOException e) {
      return Optional.empty();
    }
  }

  /** One that reads too slowly misses looks, and never makes the server keep them. */
  private void events(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Content-Encoding", "identity")
        .putHeader("X-Accel-Buffering", "no")
        .setWriteQueueMaxSize(WAITING_BYTES);
    Consumer<String> listener =
        text -> {
          if (!response.writeQueueFull()) {
            var unused = response.write("data: " + text + "\n\n");
          }
        };
    long timer =
        vertx.setPeriodic(
            KEEP_ALIVE_MILLIS,
            each -> {
              var unused = response.write(": here\n\n");
            });
    response.closeHandler(
        closed -> {
          sampler.forget(listener);
          boolean unused = vertx.cancelTimer(timer);
        });
    var unused = response.write("retry: 1000\n\n");
    sampler.listen(listener);
  }

  private static void send(HttpServerRequest request, Reply reply) {
    HttpServerResponse response = request.response();
    if (!response.ended() && !response.closed()) {
      var unused =
          response
              .setStatusCode(reply.status())
              .putHeader("Content-Type", "application/json")
              .end(reply.body().toString());
    }
  }
}
