package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The throttle against a simulated cap, on a hand-moved clock. */
class ThrottleTest {
  private static final long STEP = 1_000_000;

  @ParameterizedTest
  @ValueSource(ints = {10, 20, 100, 1000, 5000})
  void itComesCloseToACapItWasNotTold(int cap) {
    Throttle throttle = new Throttle();
    double tokens = Math.max(1, cap / 20.0);
    int taken = 0;
    int refused = 0;

    for (long now = 0; now < 120_000 * STEP; now += STEP) {
      boolean steady = now > 60_000 * STEP;
      tokens = Math.min(Math.max(1, cap / 20.0), tokens + cap / 1000.0);
      for (int calls = 0; calls < 20 && throttle.take(now); calls++) {
        if (tokens >= 1) {
          tokens--;
          throttle.accepted(now);
          taken += steady ? 1 : 0;
        } else {
          throttle.turnedAway(now);
          refused += steady ? 1 : 0;
        }
      }
    }

    System.out.printf("cap %d/s: took %d, refused %d in a minute%n", cap, taken, refused);
    assertThat(taken).isGreaterThan((int) (0.9 * 60 * cap));
    assertThat(refused).isLessThan(taken / 10 + 10);
  }
}
