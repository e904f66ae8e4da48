package io.duly.console;

import io.duly.runtime.UserError;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has requests answered by their routes. Changes have threads of their own, so that nobody waits
 * with a pause behind those who only look. Used by the event loop.
 */
final class Answers {
  private static final Logger log = LoggerFactory.getLogger(Answers.class);
  private static final int THREADS = 4;

  private final Vertx vertx;
  private final List<Route> routes;
  private final boolean canAct;
  private final Runnable changed;
  private final WorkerExecutor changes;

  /**
   * As {@code canAct} says, changes are made or refused.
   *
   * @param changed is run after each of them
   */
  Answers(Vertx vertx, List<Route> routes, boolean canAct, Runnable changed) {
    this.vertx = vertx;
    this.routes = routes;
    this.canAct = canAct;
    this.changed = changed;
    this.changes = vertx.createSharedWorkerExecutor("console-changes", THREADS);
  }

  /**
   * Answers a request for {@code path} under the API's root.
   *
   * @throws IllegalArgumentException where path or query are encoded wrongly
   */
  void lead(HttpServerRequest request, String path) {
    for (Route route : routes) {
      Optional<List<String>> places =
          route.kind().method().equals(request.method().name())
              ? route.match(path)
              : Optional.empty();
      if (places.isPresent()) {
        Map<String, String> query = query(request);
        Bodies.read(request, body -> answer(request, route, new Ask(places.get(), query, body)));
        return;
      }
    }
    Reply.refused(404, "there is no " + request.method() + " " + path).send(request);
  }

  private static Map<String, String> query(HttpServerRequest request) {
    Map<String, String> query = new HashMap<>();
    request
        .params()
        .forEach((Map.Entry<String, String> each) -> query.put(each.getKey(), each.getValue()));
    return query;
  }

  private void answer(HttpServerRequest request, Route route, Ask ask) {
    if (route.kind() != Route.Kind.READ && !canAct) {
      refuse(request, route, ask);
      return;
    }
    var answered =
        route.kind() == Route.Kind.CHANGE
            ? changes.executeBlocking(() -> change(route, ask), false)
            : vertx.executeBlocking(() -> answer(route, ask), false);
    var unused =
        answered.onComplete(
            done ->
                (done.succeeded() ? done.result() : Reply.refused(500, "it failed: see the log"))
                    .send(request));
  }

  private static void refuse(HttpServerRequest request, Route route, Ask ask) {
    Reply refused = Reply.refused(403, "this page is read-only: see console.actions");
    if (route.kind() == Route.Kind.CHANGE) {
      ChangeLog.asked(route, ask, refused);
    }
    refused.send(request);
  }

  private Reply change(Route route, Ask ask) {
    Reply reply = answer(route, ask);
    changed.run();
    ChangeLog.asked(route, ask, reply);
    return reply;
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
}
