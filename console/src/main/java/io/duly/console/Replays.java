package io.duly.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duly.operations.Installation;
import io.duly.operations.Replay;
import io.duly.operations.ReplayPlan;
import io.duly.operations.ReplayPlan.Move;
import io.duly.operations.ReplayTarget;
import io.duly.orders.RunTable;
import io.duly.runtime.UserError;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replay that the page plans and starts; one at a time. Thread-safe. */
final class Replays implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Replays.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Installation installation;
  private final ExecutorService work =
      Executors.newSingleThreadExecutor(run -> new Thread(run, "console-replay"));
  private ObjectNode state = JSON.createObjectNode().put("state", "none");

  Replays(Installation installation) {
    this.installation = installation;
  }

  /** What was asked for would do this; changes nothing. */
  JsonNode plan(Ask ask) throws InterruptedException, ExecutionException {
    try (Replay replay = new Replay(installation)) {
      List<TopicPartition> partitions = replay.partitions(List.of());
      return told(replay.plan(partitions, target(replay, partitions, ask.body())));
    }
  }

  private static JsonNode told(ReplayPlan plan) {
    ObjectNode told =
        JSON.createObjectNode()
            .put("again", plan.moves().stream().mapToLong(Move::again).sum())
            .put("passedOver", plan.moves().stream().mapToLong(Move::left).sum())
            .put("calls", plan.calls())
            .put("expiredKeys", plan.expiredKeys());
    plan.orders().forEach(told.putObject("orders")::put);
    ArrayNode moves = told.putArray("moves");
    plan.moves()
        .forEach(
            each ->
                moves
                    .addObject()
                    .put("partition", each.partition().partition())
                    .put("committed", each.committed())
                    .put("after", each.after()));
    return told;
  }

  private ReplayTarget target(Replay replay, List<TopicPartition> partitions, JsonNode body)
      throws InterruptedException, ExecutionException {
    String kind = body.path("to").asText();
    JsonNode value = body.path("value");
    return switch (kind) {
      case "earliest" -> ReplayTarget.earliest();
      case "latest" -> ReplayTarget.latest();
      case "offset" -> ReplayTarget.at(value.asLong());
      case "shift" -> ReplayTarget.shifted(value.asLong());
      case "datetime" -> ReplayTarget.since(replay.admin(), partitions, instant(value.asText()));
      case "run" ->
          ReplayTarget.startOf(
              new RunTable(installation.database().jdbi())
                  .find(value.asLong())
                  .orElseThrow(() -> new UserError("there is no run " + value.asText())));
      default ->
          throw new UserError("to: earliest, latest, offset, shift, datetime or run is wanted");
    };
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new UserError("value: a time is wanted as in 2026-05-03T00:00:00Z", e);
    }
  }

  /** Starts what was asked for; progress is in {@link #state}. */
  synchronized Reply start(Ask ask) {
    if (state.path("state").asText().equals("running")) {
      return Reply.refused(409, "a replay is running");
    }
    String who = ask.needed("who");
    String reason = ask.needed("reason");
    state =
        JSON.createObjectNode().put("state", "running").put("step", "workers leave their group");
    work.execute(() -> run(ask.body(), who, reason));
    return Reply.done("the replay runs");
  }

  private void run(JsonNode body, String who, String reason) {
    try (Replay replay = new Replay(installation)) {
      List<TopicPartition> partitions = replay.partitions(List.of());
      Replay.Moved moved =
          replay.execute(partitions, target(replay, partitions, body), who, reason);
      long total = moved.moves().stream().mapToLong(Move::again).sum();
      if (moved.members() > 0) {
        replay.follow(moved, left -> running(total, left));
      }
      set(
          JSON.createObjectNode()
              .put("state", "done")
              .put("total", total)
              .put("workers", moved.members())
              .put("claimed", replay.claimed(moved)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RuntimeException e) {
      log.warn("Replay failed", e);
      set(
          JSON.createObjectNode()
              .put("state", "failed")
              .put("error", String.valueOf(e.getMessage())));
    }
  }

  private void running(long total, long left) {
    set(
        JSON.createObjectNode()
            .put("state", "running")
            .put("step", "records are read again")
            .put("total", total)
            .put("left", left));
  }

  private synchronized void set(ObjectNode now) {
    state = now;
  }

  /** How far the last replay is, and {@code history}. */
  synchronized JsonNode state(ArrayNode history) {
    ObjectNode told = state.deepCopy();
    told.set("history", history);
    return told;
  }

  @Override
  public void close() {
    work.shutdownNow();
  }
}
