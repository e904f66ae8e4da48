package io.duly.console;

import static io.duly.console.Route.Kind.CHANGE;
import static io.duly.console.Route.Kind.PLAN;
import static io.duly.console.Route.Kind.READ;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.duly.operations.Installation;
import io.duly.operations.JsonRows;
import io.duly.operations.Overview;
import io.duly.operations.ReplayLog;
import io.duly.orders.Pauses;
import io.duly.orders.RunControl;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** What the page reads and does; {@code docs/openapi.yaml} describes each route. Thread-safe. */
final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 100;

  private final Jdbi jdbi;
  private final JsonRows rows;
  private final Sampler sampler;
  private final Replays replays;
  private final OrderRoutes orders;

  Api(Installation installation, Sampler sampler, Replays replays) {
    this.jdbi = installation.database().jdbi();
    this.rows = new JsonRows(jdbi);
    this.sampler = sampler;
    this.replays = replays;
    this.orders = new OrderRoutes(installation);
  }

  List<Route> routes() {
    return List.of(
        new Route(READ, "overview", ask -> Reply.ok(sampler.latest())),
        new Route(READ, "history", ask -> Reply.ok(sampler.history())),
        new Route(READ, "runs", this::runs),
        new Route(CHANGE, "runs/{run}/pause", this::pauseRun),
        new Route(CHANGE, "runs/{run}/resume", this::resumeRun),
        new Route(CHANGE, "runs/{run}/cancel", this::cancelRun),
        new Route(CHANGE, "pause", this::pause),
        new Route(CHANGE, "resume", this::resume),
        new Route(READ, "doubts", orders::doubts),
        new Route(CHANGE, "doubts/settle", orders::settle),
        new Route(PLAN, "resend/plan", orders::planResend),
        new Route(CHANGE, "resend", orders::resend),
        new Route(READ, "orders/{id}", orders::order),
        new Route(READ, "replay", ask -> Reply.ok(replays.state(history()))),
        new Route(PLAN, "replay/plan", replays::plan),
        new Route(CHANGE, "replay", replays::start),
        new Route(CHANGE, "replay/stop", this::stopReplay),
        new Route(READ, "runbook/{section}", ask -> Runbook.section(ask.path().get(0))));
  }

  /** Throws UserError where it is not said who makes a change and why; the log keeps both. */
  private static void requireAuthor(Ask ask) {
    String unused = ask.needed("who") + ask.needed("reason");
  }

  private Reply runs(Ask ask) {
    return Reply.ok(Overview.runs(rows, ask.number("before"), PAGE));
  }

  private Reply pauseRun(Ask ask) {
    String reason = ask.needed("reason") + " (" + ask.needed("who") + ")";
    return reply(new RunControl(jdbi).pause(ask.number(), reason), ask, "paused");
  }

  private Reply resumeRun(Ask ask) {
    requireAuthor(ask);
    return reply(new RunControl(jdbi).resume(ask.number()), ask, "resumed");
  }

  private Reply cancelRun(Ask ask) {
    return reply(
        new RunControl(jdbi).cancel(ask.number(), ask.needed("reason"), ask.needed("who")),
        ask,
        "cancelled");
  }

  private static Reply reply(RunControl.Reply reply, Ask ask, String done) {
    return switch (reply) {
      case DONE -> Reply.done("run " + ask.number() + " is " + done);
      case UNKNOWN_RUN -> Reply.refused(404, "there is no run " + ask.number());
      case REFUSED -> Reply.refused(409, "run " + ask.number() + " is over, or was not paused");
    };
  }

  private Reply pause(Ask ask) {
    new Pauses(jdbi).pause(ask.needed("reason") + " (" + ask.needed("who") + ")");
    return Reply.done("all calls are paused");
  }

  private Reply resume(Ask ask) {
    requireAuthor(ask);
    return new Pauses(jdbi).resume()
        ? Reply.done("calls go on")
        : Reply.refused(409, "calls are not paused");
  }

  private Reply stopReplay(Ask ask) {
    requireAuthor(ask);
    return replays.stop();
  }

  private ArrayNode history() {
    ArrayNode history = JSON.createArrayNode();
    new ReplayLog(jdbi)
        .list(PAGE)
        .forEach(
            each ->
                history
                    .addObject()
                    .put("at", each.at().toInstant().toString())
                    .put("who", each.who())
                    .put("reason", each.reason())
                    .put("changes", each.changes())
                    .put("outcome", each.outcome()));
    return history;
  }
}
