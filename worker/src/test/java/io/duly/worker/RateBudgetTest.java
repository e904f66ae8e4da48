package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.worker.Arrivals.Trace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shared rate as the API sees it: by the arrivals of requests on its own clock. */
@ExtendWith(ShopExtension.class)
@Tag("alone")
class RateBudgetTest {
  private static final int CAP = 300;
  private static final int SECONDS = 9;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void workersTogetherKeepTheRateAndUseIt(int count, Shop shop) {
    List<Worker> workers = new ArrayList<>();

    try (Arrivals api = new Arrivals()) {
      try {
        for (int i = 0; i < count; i++) {
          workers.add(shop.worker(api.url(), "api.rate", "" + CAP, "api.concurrency", "64"));
        }
        shop.due(CAP);
        await(() -> shop.count("COMPLETED") == CAP);
        add(shop, CAP + 1, CAP * SECONDS);
        await(() -> api.count() >= CAP * SECONDS);
      } finally {
        workers.forEach(Worker::close);
      }
      // the last seconds may belong to the one worker whose partitions have most
      check(count, api, api.trace(CAP + CAP / 2, CAP * (SECONDS - 1)));
    }
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(50))
        .pollInterval(Duration.ofMillis(50))
        .until(condition);
  }

  private static void add(Shop shop, int first, int last) {
    shop.execute(
        "INSERT INTO orders SELECT n, n, 'PENDING' FROM generate_series(?, ?) n", first, last);
    shop.publish(IntStream.rangeClosed(first, last).mapToObj(String::valueOf).toList());
  }

  /** What the machine held up on the API's side cannot be told from calls sent too late. */
  private static void check(int workers, Arrivals api, Trace trace) {
    int aligned = trace.mostInASecondOfTheClock(System.nanoTime() - Instant.now().getNano());
    int sliding = trace.mostInASlidingSecond();
    double excused = CAP * api.worstStall().toNanos() / 1e9;
    System.out.printf(
        "workers=%d cap=%d: most in a second of the clock %d, in a sliding second %d, used %.1f %%, in the median second %d; worst stall of the API %d ms%n",
        workers,
        CAP,
        aligned,
        sliding,
        trace.perSecond() * 100 / CAP,
        trace.medianSecond(),
        api.worstStall().toMillis());
    assertThat(aligned).isLessThanOrEqualTo((int) (CAP * 1.01 + excused));
    assertThat(sliding).isLessThanOrEqualTo((int) (CAP * 1.05 + excused));
    Speed.check(sliding, trace.medianSecond(), Math.floor(0.98 * CAP - excused));
  }
}
