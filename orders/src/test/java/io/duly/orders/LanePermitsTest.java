package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.LanePermits.Ask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class LanePermitsTest {
  private static final Duration HORIZON = Duration.ofMillis(250);
  private static final Duration PORTION = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofMillis(1_200);

  /** A worker that asks for a portion of {@code lane} each pass at which it has work. */
  private static final class Asker {
    private final String lane;
    private final LongUnaryOperator workAtMillis;
    private long had;

    Asker(String lane, LongUnaryOperator workAtMillis) {
      this.lane = lane;
      this.workAtMillis = workAtMillis;
    }
  }

  private final Shop shop;
  private final Random random = new Random(7);
  private LanePermits permits;

  LanePermitsTest(Shop shop) {
    this.shop = shop;
  }

  @BeforeEach
  void open() {
    shop.execute(
        "UPDATE duly.permit SET next_at = '-infinity', leased_at = '-infinity', held_at = '-infinity', paused = NULL, probe_at = NULL");
    shop.execute("TRUNCATE duly.lane");
    permits = new LanePermits(shop.jdbi(), List.of("urgent", "main"));
  }

  private static Asker endless(String lane) {
    return new Asker(lane, millis -> 1_000_000);
  }

  /** Milliseconds of the budget that each lane got within {@code time}. */
  private Map<String, Long> granted(Duration time, Asker... given) {
    List<Asker> askers = new ArrayList<>(List.of(given));
    Map<String, Long> granted = new HashMap<>(Map.of("urgent", 0L, "main", 0L));
    long start = System.nanoTime();
    for (long now = start; now - start < time.toNanos(); now = System.nanoTime()) {
      Collections.shuffle(askers, random);
      for (Asker each : askers) {
        long work =
            each.workAtMillis.applyAsLong((System.nanoTime() - start) / 1_000_000) - each.had;
        long span = Math.min(work, PORTION.toMillis());
        if (span > 0 && lease(each.lane, span, work - span)) {
          granted.merge(each.lane, span, Long::sum);
          each.had += span;
        }
      }
    }
    long most = (System.nanoTime() - start) / 1_000_000 + HORIZON.plus(PORTION).toMillis();
    System.out.printf("granted of %d ms: %s%n", time.toMillis(), granted);
    if (granted.values().stream().mapToLong(Long::longValue).sum() > most) {
      throw new IllegalStateException("above the rate: " + granted + " of " + most + " ms");
    }
    return granted;
  }

  /** Tries again where a busy machine let permits go by that nobody asked for in time. */
  private void inOneOfSomeTries(ThrowingRunnable check) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .untilAsserted(
            () -> {
              open();
              check.run();
            });
  }

  private boolean lease(String lane, long millis, long left) {
    Ask ask = new Ask(lane, (int) left, Duration.ofMillis(millis), PORTION);
    return permits.lease(ask, HORIZON).isPresent();
  }

  @Test
  void aLaneThatWantsPermitsAloneGetsAll() {
    inOneOfSomeTries(
        () -> assertThat(granted(LONG, endless("main")).get("main")).isBetween(1_350L, 1_500L));
  }

  @Test
  void aLaneOfOneWorkerGetsAsMuchAsOneOfFour() {
    Asker main = endless("main");

    inOneOfSomeTries(
        () -> {
          Map<String, Long> granted = granted(LONG, endless("urgent"), main, main, main, main);

          assertThat(granted.get("urgent")).isBetween(550L, 900L);
          assertThat(granted.get("urgent") + granted.get("main")).isBetween(1_350L, 1_500L);
        });
  }

  @Test
  void aLaneThatWantsLittleGetsItAndHoldsNobodyBack() {
    inOneOfSomeTries(
        () -> {
          Asker trickle = new Asker("urgent", millis -> millis / 10); // a tenth of the rate
          Map<String, Long> granted = granted(LONG, trickle, endless("main"), endless("main"));

          assertThat(granted.get("urgent")).isBetween(100L, 120L);
          assertThat(granted.get("urgent") + granted.get("main")).isBetween(1_350L, 1_500L);
        });
  }

  @Test
  void aLaneThatHasDoneIsMissedByNobody() {
    inOneOfSomeTries(
        () -> {
          Asker urgent = new Asker("urgent", millis -> 300);
          Map<String, Long> granted = granted(LONG, urgent, endless("main"));

          assertThat(granted.get("urgent")).isEqualTo(300);
          assertThat(granted.get("main")).isBetween(1_050L, 1_200L);
        });
  }

  @Test
  void aLaneThatRestedHasSavedNothingUpAndOwesNothing() {
    inOneOfSomeTries(
        () -> {
          shop.execute("UPDATE duly.lane SET granted = 3600 WHERE name = 'main'");
          Map<String, Long> afterRest = granted(LONG, endless("urgent"), endless("main"));
          shop.execute(
              "UPDATE duly.lane SET granted = 9000, asked_at = '-infinity' WHERE name = 'urgent'");
          Map<String, Long> afterMuch = granted(LONG, endless("urgent"), endless("main"));

          assertThat(afterRest.get("urgent")).isBetween(500L, 950L);
          assertThat(afterMuch.get("urgent")).isBetween(400L, 850L);
        });
  }

  @Test
  void aClockThatWasADayAheadAndIsPutRightStopsNoLane() {
    shop.execute(
        "UPDATE duly.permit SET next_at = now() + interval '1 day 0.2 s', leased_at = now() + interval '1 day'");
    shop.execute("UPDATE duly.lane SET granted = 50, asked_at = now() + interval '1 day'");
    shop.execute("UPDATE duly.lane SET granted = 3600 WHERE name = 'main'");

    assertThat(lease("main", 50, 10)).isTrue();
  }

  @Test
  void aLaneWhoseRowIsGoneIsServed() {
    shop.execute("TRUNCATE duly.lane");

    assertThat(lease("urgent", 50, 10)).isTrue();
  }

  @Test
  void nobodyIsServedWhileCallsArePaused() {
    shop.execute("UPDATE duly.permit SET paused = 'by ann'");

    assertThat(lease("urgent", 50, 10)).isFalse();
  }
}
