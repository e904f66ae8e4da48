package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.WorkerTable;
import io.duly.orders.WorkerTable.Heartbeat;
import io.duly.orders.WorkerTable.Pulse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class LivenessTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private WorkerTable workers;
  private Duration suspended = Duration.ZERO;
  private final InstantSource time = () -> Instant.now().plus(suspended);

  @BeforeEach
  void open(Shop shop) {
    workers = new WorkerTable(shop.jdbi());
  }

  private void declareDead(Liveness worker) {
    Heartbeat seen =
        workers.alive().stream()
            .filter(each -> each.workerId().equals(worker.id()))
            .findFirst()
            .orElseThrow();
    assertThat(workers.bury(seen)).isTrue();
  }

  @Test
  void aWorkerThatBeatsMaySend() {
    Liveness worker = new Liveness(workers, "ann", LONG, time);

    worker.beat(Pulse.NONE);

    assertThat(worker.maySend(System.nanoTime())).isTrue();
    assertThat(workers.alive()).containsExactly(new Heartbeat(worker.id(), 1));
  }

  @Test
  void aWorkerSendsNothingOnceItsHeartbeatIsHalfTheTimeoutOld() {
    Liveness worker = new Liveness(workers, "ann", Duration.ofMillis(200), time);
    long claimed = System.nanoTime();

    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !worker.maySend(claimed));

    assertThat(Duration.ofNanos(System.nanoTime() - claimed)).isLessThan(Duration.ofSeconds(5));
    assertThat(workers.alive()).as("nobody had to declare it dead").hasSize(1);
  }

  @Test
  void aWorkerWhoseMachineWasSuspendedSendsNothingBeforeItIsHeardAgain() {
    Liveness worker = new Liveness(workers, "ann", LONG, time);
    long claimed = System.nanoTime();

    suspended = LONG;
    boolean maySend = worker.maySend(claimed);
    boolean isFresh = worker.isFresh();
    worker.beat(Pulse.NONE);

    assertThat(maySend).isFalse();
    assertThat(isFresh).isFalse();
    assertThat(worker.maySend(claimed)).as("heard again").isTrue();
  }

  @Test
  void aTimeOfDayThatIsPutBackKeepsNobodyFromSending() {
    Liveness worker = new Liveness(workers, "ann", LONG, time);

    suspended = LONG.multipliedBy(-60);

    assertThat(worker.maySend(System.nanoTime())).isTrue();
  }

  @Test
  void aWorkerThatBeatsAgainMaySendItsClaims() {
    Liveness worker = new Liveness(workers, "ann", Duration.ofSeconds(2), time);
    long claimed = System.nanoTime();
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !worker.maySend(claimed));

    worker.beat(Pulse.NONE);

    assertThat(worker.maySend(claimed)).isTrue();
  }

  @Test
  void aWorkerDeclaredDeadGoesOnUnderANewNameWithoutItsOldClaims() {
    Liveness worker = new Liveness(workers, "ann", LONG, time);
    String oldName = worker.id();
    long claimedBefore = System.nanoTime();
    declareDead(worker);

    worker.beat(Pulse.NONE);

    assertThat(worker.id()).startsWith("ann#").isNotEqualTo(oldName);
    assertThat(worker.maySend(claimedBefore)).isFalse();
    assertThat(worker.maySend(System.nanoTime())).isTrue();
    assertThat(workers.alive()).extracting(Heartbeat::workerId).containsExactly(worker.id());
  }

  @Test
  void twoWorkersOfOneNameLiveUnderDifferentIds() {
    Liveness first = new Liveness(workers, "ann", LONG, time);

    Liveness second = new Liveness(workers, "ann", LONG, time);

    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(workers.alive()).hasSize(2);
  }

  @Test
  void aWorkerThatStopsIsNoLongerAmongTheLiving() {
    Liveness worker = new Liveness(workers, "ann", LONG, time);

    worker.stop();

    assertThat(workers.alive()).isEmpty();
  }
}
