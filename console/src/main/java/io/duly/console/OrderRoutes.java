package io.duly.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duly.operations.Installation;
import io.duly.operations.Resending;
import io.duly.orders.Decisions;
import io.duly.orders.DoubtQueue;
import io.duly.orders.IdempotencyKeys;
import io.duly.orders.OrderTimeline;
import io.duly.orders.Outcome;
import io.duly.orders.Records;
import io.duly.orders.Resends;
import io.duly.orders.Schema;
import io.duly.runtime.UserError;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What the page shows of single orders and decides about them. Thread-safe. */
final class OrderRoutes {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 100;
  private static final int MOST = 500;

  private final Installation installation;
  private final Jdbi jdbi;
  private final DoubtQueue doubts;
  private final Decisions decisions;

  OrderRoutes(Installation installation) {
    this.installation = installation;
    this.jdbi = installation.database().jdbi();
    this.doubts = new DoubtQueue(jdbi, installation.table());
    this.decisions =
        new Decisions(
            jdbi,
            installation.table(),
            new Records(jdbi, installation.table(), Schema.slot(installation.settings())));
  }

  private static DoubtQueue.Selection selection(
      List<String> ids, @Nullable Long run, @Nullable String reason) {
    return new DoubtQueue.Selection(ids, run, reason);
  }

  Reply doubts(Ask ask) {
    ArrayNode found = JSON.createArrayNode();
    doubts
        .list(selection(List.of(), ask.number("run"), ask.text("reason")), null, PAGE)
        .forEach(
            each ->
                found
                    .addObject()
                    .put("id", each.orderId())
                    .put("attempt", each.attempt())
                    .put("run", each.runId())
                    .put("calls", each.calls())
                    .put("since", each.since().toInstant().toString())
                    .put("reason", each.reason()));
    return Reply.ok(found);
  }

  Reply settle(Ask ask) {
    List<String> ids = ask.texts("ids");
    if (ids.isEmpty() || ids.size() > MOST) {
      return Reply.refused(400, "ids: 1 to " + MOST + " are wanted");
    }
    String outcome = ask.needed("outcome");
    if (!outcome.equals("COMPLETED") && !outcome.equals("FAILED")) {
      return Reply.refused(400, "outcome: COMPLETED or FAILED is wanted");
    }
    int settled =
        decisions
            .settle(
                doubts.list(selection(ids, null, null), null, MOST),
                new Decisions.Finding(
                    Outcome.valueOf(outcome), ask.needed("who"), ask.needed("reason")))
            .size();
    return settled == 0
        ? Reply.refused(409, "none of them is in doubt any more, or others have locked them")
        : Reply.done(settled + (settled == 1 ? " order is " : " orders are ") + outcome);
  }

  private Resending.Plan resending(Ask ask) {
    Outcome outcome = Outcome.valueOf(ask.body().path("status").asText("FAILED"));
    JsonNode run = ask.body().path("run");
    List<String> ids = ask.texts("ids");
    if (ids.isEmpty() && !run.canConvertToLong()) {
      throw new UserError("run or ids are needed");
    }
    return new Resending(installation)
        .plan(
            new Resends.Selection(
                outcome, selection(ids, run.canConvertToLong() ? run.asLong() : null, null)),
            ask.body().path("newKey").asBoolean());
  }

  Reply planResend(Ask ask) {
    Resending.Plan plan = resending(ask);
    ObjectNode told =
        JSON.createObjectNode()
            .put("orders", plan.orders())
            .put("executed", plan.executed())
            .put("newKey", plan.newKey())
            .put("risky", plan.risky());
    plan.first().forEach(told.putArray("first")::add);
    return Reply.ok(told);
  }

  Reply resend(Ask ask) {
    Resending.Plan plan = resending(ask);
    Resending.Permission permission =
        new Resending.Permission(
            ask.needed("who"),
            ask.needed("reason"),
            ask.body().path("maxCalls").asInt(),
            ask.body().path("callsAgain").asBoolean());
    return Resending.refusal(plan, permission)
        .map(why -> Reply.refused(409, why))
        .orElseGet(
            () -> {
              Resends.Done done = new Resending(installation).send(plan, permission);
              return Reply.done(done.orders() + " orders are sent again by run " + done.run());
            });
  }

  Reply order(Ask ask) {
    String id = ask.path().get(0);
    OrderTimeline.Order order = new OrderTimeline(jdbi, installation.table()).of(id);
    if (!order.isKnown()) {
      return Reply.refused(404, "there is no order " + id);
    }
    IdempotencyKeys keys =
        new IdempotencyKeys(
            installation.settings().text("installation"), installation.table().name());
    ObjectNode found =
        JSON.createObjectNode().put("id", id).put("status", order.status().orElse(null));
    ArrayNode events = found.putArray("events");
    order
        .events()
        .forEach(
            each ->
                events
                    .addObject()
                    .put("at", each.at() == null ? null : each.at().toInstant().toString())
                    .put("what", each.what())
                    .put("detail", each.detail())
                    .put(
                        "key",
                        each.generation() == null
                            ? null
                            : keys.of(id, each.generation()).toString()));
    return Reply.ok(found);
  }
}
