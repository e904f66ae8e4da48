package io.duly.console;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to the log who asked for which change and what came of it. Thread-safe. */
final class ChangeLog {
  private static final Logger log = LoggerFactory.getLogger(ChangeLog.class);

  private ChangeLog() {}

  /** A change that was asked for, done or refused as {@code reply} says. */
  static void asked(Route route, Ask ask, Reply reply) {
    log.info(
        "Change asked for by the page path={} places={} who={} reason={} status={}",
        route.path(),
        line(String.join(",", ask.path())),
        line(ask.body().path("who").asText()),
        line(ask.body().path("reason").asText()),
        reply.status());
  }

  /**
   * What was refused before anything of it was read, as a page of another site may have sent it.
   */
  static void foreign(HttpServerRequest request, Reply reply) {
    log.info(
        "Refused what does not come from the page method={} path={} origin={} status={}",
        request.method(),
        line(request.path()),
        line(request.getHeader("Origin")),
        reply.status());
  }

  /** What somebody sent, as one line, so that it cannot pass for a line of the log. */
  private static String line(@Nullable String sent) {
    return sent == null ? "none" : sent.replaceAll("\\p{Cntrl}", " ");
  }
}
