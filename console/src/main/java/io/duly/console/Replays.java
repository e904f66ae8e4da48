package io.duly.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duly.operations.Installation;
import io.duly.operations.Replay;
import io.duly.operations.ReplayPlan;
import io.duly.orders.RunTable;
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
    ReplayWish wish = wish(ask);
    if (!planning.tryAcquire()) {
      return Reply.refused(409, "another plan is being made");
    }
    try (Replay replay = new Replay(installation)) {
      List<TopicPartition> partitions = replay.partitions(List.of());
      return Reply.ok(told(replay.plan(partitions, wish.target(replay, partitions))));
    } finally {
      planning.release();
    }
  }

  private static JsonNode told(ReplayPlan plan) {
    ObjectNode told =
        JSON.createObjectNode()
            .put("again", plan.again())
            .put("passedOver", plan.left())
            .put("calls", plan.calls())
            .put("expiredKeys", plan.expiredKeys());
    plan.orders().forEach(told.putObject("orders")::put);
    plan.passedOver().forEach(told.putObject("ordersPassedOver")::put);
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

  private ReplayWish wish(Ask ask) {
    return ReplayWish.of(ask.body(), new RunTable(installation.database().jdbi()));
  }

  /** Starts what was asked for; progress is in {@link #state}. One that is followed is no more. */
  Reply start(Ask ask) {
    String who = ask.needed("who");
    String reason = ask.needed("reason");
    ReplayWish wish = wish(ask);
    return start(
        replay -> {
          List<TopicPartition> partitions = replay.partitions(List.of());
          return replay.execute(partitions, wish.target(replay, partitions), who, reason);
        });
  }

  private synchronized Reply start(ReplayRun.Mover mover) {
    if (latest != null && latest.isMoving()) {
      return Reply.refused(409, "offsets are being moved");
    }
    if (latest != null) {
      boolean unused = latest.stop();
    }
    latest = new ReplayRun(() -> new Replay(installation), mover);
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
