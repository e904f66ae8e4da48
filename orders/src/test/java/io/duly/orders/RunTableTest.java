package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class RunTableTest {
  private static final Instant FIRE = Instant.parse("2026-11-23T01:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Shop shop;
  private final RunTable runs;
  private final RunOwnership i1;
  private final RunOwnership i2;

  RunTableTest(Shop shop) {
    this.shop = shop;
    this.runs = shop.runs();
    this.i1 = new RunOwnership(shop.jdbi(), shop.table(), "i1", PATIENCE);
    this.i2 = new RunOwnership(shop.jdbi(), shop.table(), "i2", PATIENCE);
  }

  @BeforeEach
  void noRuns() {
    shop.execute("TRUNCATE duly.run RESTART IDENTITY");
  }

  @Test
  @Timeout(30)
  void opensOneRunForAFireTimeHoweverManyTry() throws Exception {
    CyclicBarrier start = new CyclicBarrier(6);
    ExecutorService threads = Executors.newFixedThreadPool(6);
    int opened = 0;
    try {
      Callable<Boolean> instance =
          () -> {
            start.await();
            return shop.open("daily", FIRE);
          };
      for (Future<Boolean> each : threads.invokeAll(Collections.nCopies(6, instance))) {
        opened += each.get() ? 1 : 0;
      }
    } finally {
      threads.shutdown();
    }

    assertThat(opened).isEqualTo(1);
    assertThat(shop.count("duly.run")).isEqualTo(1);
  }

  @Test
  void opensARunForEachScheduleAndEachFireTime() {
    assertThat(shop.open("daily", FIRE)).isTrue();
    assertThat(shop.open("hourly", FIRE)).isTrue();
    assertThat(shop.open("daily", FIRE.plusSeconds(1))).isTrue();
    assertThat(runs.latest().orElseThrow().fireTime()).isEqualTo(FIRE.plusSeconds(1));
  }

  @Test
  void aRunKeepsItsLane() {
    Run.Selection urgent = new Run.Selection(FIRE, "", "urgent");
    shop.jdbi().useHandle(handle -> RunTable.open(handle, "hourly", FIRE, urgent));
    shop.open("daily", FIRE);
    RunLanes lanes = new RunLanes(shop.jdbi());

    assertThat(runs.find(1).orElseThrow().selection()).isEqualTo(urgent);
    assertThat(List.of(lanes.of(1), lanes.of(2), lanes.of(99)))
        .containsExactly("urgent", "main", "main");
  }

  @Test
  void givesARunToOneOwner() {
    shop.open("daily", FIRE);

    Optional<Run> mine = i1.adopt(List.of());
    Optional<Run> theirs = i2.adopt(List.of());

    assertThat(mine)
        .contains(
            new Run(
                1,
                "daily",
                FIRE,
                Run.State.PUBLISHING,
                null,
                null,
                0,
                List.of(),
                List.of(),
                new Run.Selection(FIRE, "", Lanes.MAIN)));
    assertThat(theirs).isEmpty();
    assertThat(i1.adopt(List.of())).isEqualTo(mine);
  }

  @Test
  void givesARunWhoseOwnerIsGoneToAnotherThatGoesOnWhereItStopped() {
    shop.open("daily", FIRE);
    Run run = i1.adopt(List.of()).orElseThrow();
    i1.advance(run, "500", 100);
    shop.execute("UPDATE duly.run SET owner_seen_at = owner_seen_at - interval '31 seconds'");

    Run adopted = i2.adopt(List.of()).orElseThrow();

    assertThat(adopted).isEqualTo(run.advanced("500", 100));
    assertThat(i1.advance(run, "600", 100)).isFalse();
    assertThat(i1.published(run, List.of(1L))).isFalse();
    assertThat(i2.advance(adopted, "600", 50)).isTrue();
    assertThat(runs.find(1).orElseThrow().selected()).isEqualTo(150);
  }

  @Test
  void isSeenWhileItAdvances() {
    shop.open("daily", FIRE);
    Run run = i1.adopt(List.of()).orElseThrow();
    shop.execute("UPDATE duly.run SET owner_seen_at = owner_seen_at - interval '31 seconds'");

    boolean advanced = i1.advance(run, "500", 100);

    assertThat(advanced).isTrue();
    assertThat(i2.adopt(List.of())).isEmpty();
  }

  @Test
  void isPublishedOnceWithItsEnds() {
    shop.open("daily", FIRE);
    Run run = i1.adopt(List.of()).orElseThrow();

    boolean published = i1.published(run, List.of(3L, 0L, 9L));

    assertThat(published).isTrue();
    assertThat(i1.published(run, List.of(4L))).isFalse();
    assertThat(i1.advance(run, "1", 1)).isFalse();
    assertThat(i1.adopt(List.of())).isEmpty();
    assertThat(runs.inState(Run.State.PUBLISHED))
        .singleElement()
        .satisfies(each -> assertThat(each.endOffsets()).containsExactly(3L, 0L, 9L));
  }

  @Test
  void closesWithItsTotalsAndCountsTheRestAsSkipped() {
    shop.open("daily", FIRE);
    Run run = i1.adopt(List.of()).orElseThrow();
    i1.advance(run, "10", 10);
    RunTotals totals = new RunTotals(5, 2, 1);
    shop.execute(
        "INSERT INTO duly.run_counter (run_id, worker_id, completed, failed, in_doubt) VALUES (1, 'w1', 5, 2, 1)");
    assertThat(runs.close(1, totals, 0, false)).as("still publishing").isFalse();
    i1.published(run, List.of(10L));

    boolean closed = runs.close(1, totals, 0, false);

    assertThat(closed).isTrue();
    assertThat(runs.close(1, totals, 0, false)).isFalse();
    assertThat(
            shop.ask(
                "SELECT concat_ws(' ', state, selected, completed, failed, in_doubt, skipped) FROM duly.run",
                String.class))
        .isEqualTo("CLOSED 10 5 2 1 2");
  }

  @Test
  void hasNoTotalsWithoutCounters() {
    assertThat(runs.totals(99)).isEqualTo(new RunTotals(0, 0, 0));
    assertThat(runs.find(99)).isEmpty();
    assertThat(runs.latest()).isEmpty();
  }
}
