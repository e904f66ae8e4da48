package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.orders.WorkerTable.Heartbeat;
import io.duly.orders.WorkerTable.Pulse;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class WorkerTableTest {
  private final Shop shop;
  private WorkerTable workers;

  WorkerTableTest(Shop shop) {
    this.shop = shop;
  }

  @BeforeEach
  void workersOfTheShop() {
    workers = new WorkerTable(shop.jdbi());
  }

  @Test
  void registersAWorkerWhoseNameIsFree() {
    assertThat(workers.register("w1", "a")).isTrue();
    assertThat(workers.register("w1", "b")).isFalse();
    assertThat(workers.alive()).containsExactly(new Heartbeat("w1", 0));
  }

  @Test
  void countsHeartbeats() {
    workers.register("w1", "a");

    boolean alive = workers.beat("w1", Pulse.NONE) && workers.beat("w1", Pulse.NONE);

    assertThat(alive).isTrue();
    assertThat(workers.alive()).containsExactly(new Heartbeat("w1", 2));
  }

  @Test
  void tellsAWorkerThatItWasDeclaredDead() {
    workers.register("w1", "a");
    workers.bury(new Heartbeat("w1", 0));

    boolean alive = workers.beat("w1", Pulse.NONE);

    assertThat(alive).isFalse();
    assertThat(workers.alive()).isEmpty();
  }

  @Test
  void doesNotBuryAWorkerThatHasShownLifeSince() {
    workers.register("w1", "a");
    Heartbeat seen = workers.alive().get(0);
    workers.beat("w1", Pulse.NONE);

    boolean buried = workers.bury(seen);

    assertThat(buried).isFalse();
    assertThat(workers.beat("w1", Pulse.NONE)).isTrue();
  }

  @Test
  void tellsOfNobodyWhileTheDatabaseOnlyLetsRead() {
    workers.register("w1", "a");
    assertThat(workers.aliveWhileWritable()).containsExactly(new Heartbeat("w1", 0));

    shop.jdbi()
        .useHandle(
            handle -> {
              handle.execute("SET default_transaction_read_only = on");
              try {
                WorkerTable read = new WorkerTable(Jdbi.create(handle.getConnection()));
                assertThat(read.alive()).hasSize(1);
                assertThatThrownBy(read::aliveWhileWritable).hasMessageContaining("read-only");
              } finally {
                handle.execute("SET default_transaction_read_only = off");
              }
            });
  }

  @Test
  void doesNotBuryANewWorkerForTheHeartbeatOfADeadOneOfItsName() {
    workers.register("w1", "a");
    Heartbeat seen = workers.alive().get(0);
    workers.bury(seen);
    workers.register("w1", "b");

    boolean buried = workers.bury(seen);

    assertThat(buried).isFalse();
  }

  @Test
  void takesTheNameOfAWorkerThatStopped() {
    workers.register("w1", "a");
    workers.stop("w1");

    boolean registered = workers.register("w1", "b");

    assertThat(registered).isTrue();
    assertThat(workers.beat("w1", Pulse.NONE)).isTrue();
  }

  @Test
  void leavesADeadWorkerDeadWhenItStops() {
    workers.register("w1", "a");
    workers.bury(new Heartbeat("w1", 0));

    workers.stop("w1");

    assertThat(shop.ask("SELECT state FROM duly.worker", String.class)).isEqualTo("DEAD");
  }

  @Test
  @Timeout(30)
  void letsEitherTheHeartbeatOrTheBurialWin() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int i = 0; i < 50; i++) {
        String id = "w" + i;
        workers.register(id, "a");
        CyclicBarrier start = new CyclicBarrier(2);
        Future<Boolean> beat =
            threads.submit(
                () -> {
                  start.await();
                  return workers.beat(id, Pulse.NONE);
                });
        Future<Boolean> buried =
            threads.submit(
                () -> {
                  start.await();
                  return workers.bury(new Heartbeat(id, 0));
                });

        assertThat(beat.get()).as(id).isNotEqualTo(buried.get());
      }
    } finally {
      threads.shutdown();
    }
  }
}
