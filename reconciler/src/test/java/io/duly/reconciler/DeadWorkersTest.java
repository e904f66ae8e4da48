package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.WorkerTable.Heartbeat;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadWorkersTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private long nanos;
  private final DeadWorkers watch = new DeadWorkers(TIMEOUT, () -> nanos);

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  /** Looks each second for {@code seconds}, the heartbeat standing still at {@code count}. */
  private List<Heartbeat> lookFor(int seconds, long count) {
    List<Heartbeat> dead = List.of();
    for (int i = 0; i < seconds; i++) {
      pass(Duration.ofSeconds(1));
      dead = watch.look(List.of(new Heartbeat("a", count)));
    }
    return dead;
  }

  @Test
  void aHeartbeatThatStandsStillForTheTimeoutIsDeath() {
    assertThat(lookFor(10, 1)).isEmpty();

    assertThat(lookFor(1, 1)).containsExactly(new Heartbeat("a", 1));
  }

  @Test
  void aHeartbeatThatMovesIsLife() {
    lookFor(10, 1);

    assertThat(lookFor(10, 2)).isEmpty();
  }

  @Test
  void anOutageOfTheReconcilersOwnReadingsKillsNobody() {
    lookFor(5, 1);
    pass(Duration.ofHours(1));

    assertThat(lookFor(10, 1)).isEmpty();
  }
}
