package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Permits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(ShopExtension.class)
class PaceTest {
  private static final long MILLI = 1_000_000;

  private Permits permits;

  @BeforeEach
  void open(Shop shop) {
    permits = new Permits(shop.jdbi());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "20, 1", "100, 5", "2000, 100"})
  void aPortionIsATwentiethOfASecondsCallsAndAtLeastOne(int rate, int portion) {
    Pace pace = new Pace(permits, rate);

    assertThat(pace.portion()).isEqualTo(portion);
  }

  @Test
  void permitsAreTakenForALittleAheadAndNoFurther() {
    Pace pace = new Pace(permits, 1);
    long now = System.nanoTime();

    Optional<Slots> first = pace.take("main", 1, 0);
    Optional<Slots> second = pace.take("main", 1, 0);

    assertThat(first.orElseThrow().firstNanos() - now).isBetween(60 * MILLI, 1000 * MILLI);
    assertThat(second).as("the next is a second away").isEmpty();
  }

  @Test
  void whatTwoWorkersTakeLiesAnIntervalApart() {
    List<Pace> workers = List.of(new Pace(permits, 100), new Pace(permits, 100));
    List<Long> starts = new ArrayList<>();

    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              workers.forEach(
                  each ->
                      each.take("main", 5, 0).ifPresent(slots -> starts.add(slots.firstNanos())));
              return starts.size() >= 10;
            });

    long span = starts.get(starts.size() - 1) - starts.get(0);
    assertThat(span).isGreaterThanOrEqualTo((starts.size() - 1) * 50 * MILLI - 20 * MILLI);
  }
}
