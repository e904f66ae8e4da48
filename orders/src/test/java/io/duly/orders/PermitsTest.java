package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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
    long before = System.nanoTime();

    Optional<Permits.Lease> lease = permits.lease(SPAN, HORIZON);

    long took = System.nanoTime() - before;
    assertThat(startsInNanos(lease)).isBetween(-took, 0L);
  }

  /**
   * A lease starts at the nanosecond {@code start} by this clock, or at most {@code took} after.
   */
  private record Taken(long start, long took) {}

  @Test
  @Timeout(30)
  void givesLeasesThatNeverOverlap() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Taken> leases = new ArrayList<>();
    try {
      Callable<List<Taken>> worker =
          () -> {
            List<Taken> mine = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
              long before = System.nanoTime();
              long startsIn = startsInNanos(permits.lease(SPAN, HORIZON));
              mine.add(new Taken(before + startsIn, System.nanoTime() - before));
            }
            return mine;
          };
      for (Future<List<Taken>> each : threads.invokeAll(List.of(worker, worker, worker, worker))) {
        leases.addAll(each.get());
      }
    } finally {
      threads.shutdown();
    }

    leases.sort(Comparator.comparingLong(Taken::start));
    long first = leases.get(0).start();
    long worst = leases.stream().mapToLong(Taken::took).max().orElseThrow();
    assertThat(leases).hasSize(100);
    for (int i = 1; i < leases.size(); i++) {
      assertThat(leases.get(i).start() - first)
          .as("start of lease %d", i)
          .isGreaterThanOrEqualTo(i * SPAN.toNanos() - worst);
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
    assertThat(startsInNanos(lease))
        .isBetween(Duration.ofMinutes(9).toNanos(), Duration.ofMinutes(10).toNanos());
  }

  @Test
  void neverShortensAWait() {
    permits.hold(Duration.ofMinutes(10));
    String before = heldUntil();

    permits.hold(Duration.ofSeconds(1));

    assertThat(heldUntil()).isEqualTo(before);
  }

  @Test
  void aClockThatWasADayAheadAndIsPutRightStopsNobody() {
    permits.lease(SPAN, HORIZON);
    permits.hold(Duration.ofSeconds(10));
    clockWasAheadBy("1 day");

    Optional<Permits.Lease> lease = permits.lease(SPAN, HORIZON);

    assertThat(startsInNanos(lease)).isLessThanOrEqualTo(SPAN.toNanos());
    assertThat(permits.isOpen(Duration.ofSeconds(2))).isTrue();
  }

  @Test
  void whatWasTakenByAClockThatIsPutBackIsNotTakenAgain() {
    permits.lease(Duration.ofMinutes(2), HORIZON);
    clockWasAheadBy("10 s");

    Optional<Permits.Lease> first = permits.lease(SPAN, Duration.ofSeconds(1));
    Optional<Permits.Lease> second = permits.lease(SPAN, HORIZON);

    assertThat(startsInNanos(first))
        .isBetween(Duration.ofSeconds(119).toNanos(), Duration.ofSeconds(120).toNanos());
    assertThat(second.orElseThrow().startMicros() - first.orElseThrow().startMicros())
        .isEqualTo(SPAN.toNanos() / 1000);
  }

  @Test
  void aHoldStillHoldsWhereTheClockIsPutBackALittle() {
    permits.hold(Duration.ofSeconds(10));
    clockWasAheadBy("3 s");

    Optional<Permits.Lease> lease = permits.lease(SPAN, HORIZON);

    assertThat(permits.isOpen(Duration.ofSeconds(5))).isFalse();
    assertThat(startsInNanos(lease))
        .isBetween(Duration.ofSeconds(5).toNanos(), Duration.ofSeconds(13).toNanos());
  }

  @Test
  void holdsForAnHourAtMost() {
    permits.hold(Duration.ofDays(2));

    Optional<Permits.Lease> lease = permits.lease(SPAN, Duration.ofDays(3));

    assertThat(startsInNanos(lease)).isLessThanOrEqualTo(Duration.ofHours(1).toNanos());
  }

  @Test
  void givesNothingWhileCallsArePaused() {
    shop.execute("UPDATE duly.permit SET paused = 'by ann'");

    Optional<Permits.Lease> lease = permits.lease(SPAN, HORIZON);

    assertThat(lease).isEmpty();
    assertThat(permits.isOpen(HORIZON)).isFalse();
  }

  /** Nanoseconds from the taking of permits to the first that is good. */
  private static long startsInNanos(Optional<Permits.Lease> lease) {
    return (lease.orElseThrow().startMicros() - lease.orElseThrow().clockMicros()) * 1000;
  }

  /** Lets what the row says look as said by a clock that was ahead of this one. */
  private void clockWasAheadBy(String interval) {
    shop.execute(
        "UPDATE duly.permit SET next_at = next_at + ?::interval, leased_at = leased_at + ?::interval, held_at = held_at + ?::interval",
        interval,
        interval,
        interval);
  }

  private String heldUntil() {
    return shop.ask("SELECT (held_at + held_for)::text FROM duly.permit", String.class);
  }

  private String nextAt() {
    return shop.ask("SELECT next_at::text FROM duly.permit", String.class);
  }
}
