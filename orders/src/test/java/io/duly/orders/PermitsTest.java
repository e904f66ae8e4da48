package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class PermitsTest {
  private static final Duration SPAN = Duration.ofMillis(500);
  private static final Duration HORIZON = Duration.ofHours(1);
  private static final long DRIFT = Duration.ofMillis(50).toNanos();

  private final Shop shop;
  private Permits permits;

  PermitsTest(Shop shop) {
    this.shop = shop;
  }

  @BeforeEach
  void permitsOfTheShop() {
    permits = new Permits(shop.jdbi());
  }

  @Test
  void isGoodAtOnceWhereNothingIsTaken() {
    Optional<Permits.Lease> lease = permits.lease(SPAN, HORIZON);

    assertThat(lease.orElseThrow().startsInNanos()).isBetween(-DRIFT, 0L);
  }

  /**
   * Starts are reckoned from before each request: early by its duration, hence two spans of slack.
   */
  @Test
  @Timeout(30)
  void givesLeasesThatNeverOverlap() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Long> starts = new ArrayList<>();
    try {
      Callable<List<Long>> worker =
          () -> {
            List<Long> mine = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
              long before = System.nanoTime();
              long startsIn = permits.lease(SPAN, HORIZON).orElseThrow().startsInNanos();
              mine.add(before + startsIn);
            }
            return mine;
          };
      for (Future<List<Long>> each : threads.invokeAll(List.of(worker, worker, worker, worker))) {
        starts.addAll(each.get());
      }
    } finally {
      threads.shutdown();
    }

    starts.sort(null);
    long first = starts.get(0);
    assertThat(starts).hasSize(100);
    for (int i = 1; i < starts.size(); i++) {
      assertThat(starts.get(i) - first)
          .as("start of lease %d", i)
          .isGreaterThan(i * SPAN.toNanos() - 2 * SPAN.toNanos());
    }
    assertThat(
            shop.ask(
                "SELECT extract(epoch FROM next_at - clock_timestamp()) FROM duly.permit",
                Double.class))
        .isBetween(30.0, 50.0);
  }

  @Test
  void movesTheBudgetOnByExactlyTheSpan() {
    permits.lease(SPAN, HORIZON);
    String before = nextAt();

    permits.lease(SPAN, HORIZON);

    assertThat(
            shop.ask(
                "SELECT next_at - ?::timestamptz = interval '500 milliseconds' FROM duly.permit",
                Boolean.class,
                before))
        .isTrue();
  }

  @Test
  void isEmptyWhereTheBudgetIsTakenForTheHorizon() {
    permits.lease(Duration.ofMinutes(2), HORIZON);

    Optional<Permits.Lease> lease = permits.lease(SPAN, Duration.ofMinutes(1));

    assertThat(lease).isEmpty();
    assertThat(permits.isOpen(Duration.ofMinutes(1))).isFalse();
    assertThat(permits.isOpen(Duration.ofMinutes(3))).isTrue();
  }

  @Test
  void delaysEverybodyWhenTheApiAsksForIt() {
    permits.hold(Duration.ofMinutes(10));

    Optional<Permits.Lease> lease = new Permits(shop.jdbi()).lease(SPAN, HORIZON);

    assertThat(permits.isOpen(Duration.ofMinutes(9))).isFalse();
    assertThat(lease.orElseThrow().startsInNanos())
        .isBetween(Duration.ofMinutes(9).toNanos(), Duration.ofMinutes(10).toNanos());
  }

  @Test
  void neverShortensAWait() {
    permits.hold(Duration.ofMinutes(10));
    String before = nextAt();

    permits.hold(Duration.ofSeconds(1));

    assertThat(nextAt()).isEqualTo(before);
  }

  @Test
  void givesNothingWhileCallsArePaused() {
    shop.execute("UPDATE duly.permit SET paused = 'by ann'");

    Optional<Permits.Lease> lease = permits.lease(SPAN, HORIZON);

    assertThat(lease).isEmpty();
    assertThat(permits.isOpen(HORIZON)).isFalse();
  }

  private String nextAt() {
    return shop.ask("SELECT next_at::text FROM duly.permit", String.class);
  }
}
