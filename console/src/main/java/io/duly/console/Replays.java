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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The replays that the page plans and starts; one at a time of each. Thread-safe. */
final class Replays implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int END_SECONDS = 5;

  private final Installation installation;
  private final ExecutorService work =
      Executors.newSingleThreadExecutor(run -> new Thread(run, "console-replay"));
  private final Semaphore planning = new Semaphore(1);
  private @Nullable ReplayRun latest;

  Replays(Installation installation) {
    this.installation = installation;
  }

  /**
   * What was asked for would do; changes nothing. It reads records, so it is done once at a time.
   */
  Reply plan(Ask ask) throws InterruptedException, ExecutionException {
    if (!planning.tryAcquire()) {
      return Reply.refused(409, "another plan is being made");
    }
    try (Replay replay = new Replay(installation)) {
      List<TopicPartition> partitions = replay.partitions(List.of());
      return Reply.ok(told(replay.plan(partitions, target(replay, partitions, ask.body()))));
    } finally {
      planning.release();
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

  /** Starts what was asked for; progress is in {@link #state}. One that is followed is no more. */
  synchronized Reply start(Ask ask) {
    String who = ask.needed("who");
    String reason = ask.needed("reason");
    if (latest != null && latest.isMoving()) {
      return Reply.refused(409, "offsets are being moved");
    }
    if (latest != null) {
      boolean unused = latest.stop();
    }
    latest =
        new ReplayRun(
            () -> new Replay(installation),
            replay -> {
              List<TopicPartition> partitions = replay.partitions(List.of());
              return replay.execute(
                  partitions, target(replay, partitions, ask.body()), who, reason);
            });
    work.execute(latest);
    return Reply.done("the replay runs");
  }

  /** Ends following; what was moved stays moved. */
  synchronized Reply stop() {
    return latest != null && latest.stop()
        ? Reply.done("the replay is not followed any more")
        : Reply.refused(409, "no replay is followed");
  }

  /** How far the last replay is, and {@code history}. */
  synchronized JsonNode state(ArrayNode history) {
    ObjectNode told =
        latest == null ? JSON.createObjectNode().put("state", "none") : latest.state();
    told.set("history", history);
    return told;
  }

  @Override
  public void close() {
    work.shutdownNow();
    try {
      boolean unused = work.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
