package io.duly.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.duly.operations.Replay;
import io.duly.operations.ReplayPlan.Move;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replay: moves offsets, then follows the workers until they have read what was moved. That can
 * take for ever, as when calls are paused, so following may be ended; the offsets stay moved.
 * Thread-safe.
 */
final class ReplayRun implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ReplayRun.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Makes the move with {@code replay}. */
  @FunctionalInterface
  interface Mover {
    Replay.Moved move(Replay replay) throws InterruptedException, ExecutionException;
  }

  private final Supplier<Replay> opener;
  private final Mover mover;

  /** Set while it follows; what ends it races with its own end. */
  private @Nullable Replay followed;

  private boolean isMoved;
  private ObjectNode state = state("running").put("step", "workers leave their group");

  ReplayRun(Supplier<Replay> opener, Mover mover) {
    this.opener = opener;
    this.mover = mover;
  }

  private static ObjectNode state(String name) {
    return JSON.createObjectNode().put("state", name);
  }

  @Override
  public void run() {
    try (Replay replay = opener.get()) {
      Replay.Moved moved = mover.move(replay);
      long total = moved.moves().stream().mapToLong(Move::again).sum();
      moved(replay, total);
      if (moved.members() > 0) {
        replay.follow(moved, this::left);
      }
      end(
          state("done")
              .put("total", total)
              .put("workers", moved.members())
              .put("claimed", replay.claimed(moved)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RuntimeException e) {
      log.warn("Replay failed", e);
      failed(String.valueOf(e.getMessage()));
    } finally {
      followed(null);
    }
  }

  private synchronized void followed(@Nullable Replay replay) {
    followed = replay;
  }

  private synchronized void moved(Replay replay, long total) {
    followed = replay;
    isMoved = true;
    state =
        state("running")
            .put("step", "records are read again")
            .put("total", total)
            .put("left", total);
  }

  private synchronized void left(long left) {
    state.put("left", left);
  }

  private synchronized void end(ObjectNode ended) {
    if (!isStopped()) {
      state = ended;
    }
  }

  private synchronized void failed(String why) {
    end(
        state("failed")
            .put("error", isMoved ? "offsets are moved, but cannot be followed: " + why : why));
  }

  private boolean isStopped() {
    return state.path("state").asText().equals("stopped");
  }

  /** Whether workers still are kept out of their group. */
  synchronized boolean isMoving() {
    return !isMoved && state.path("state").asText().equals("running");
  }

  /** Ends following; false where it does not follow. */
  synchronized boolean stop() {
    if (followed == null || isStopped()) {
      return false;
    }
    followed.stop();
    state.put("state", "stopped");
    return true;
  }

  /** How far it is. */
  synchronized ObjectNode state() {
    return state.deepCopy();
  }
}
