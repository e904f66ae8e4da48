package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
  private static final Duration FIRST = Duration.ofMillis(200);
  private static final Duration MAX = Duration.ofSeconds(10);
  private static final Backoff BACKOFF = new Backoff(FIRST, MAX);

  @ParameterizedTest
  @CsvSource({
    "0, 200",
    "1, 200",
    "2, 400",
    "3, 800",
    "6, 6400",
    "7, 10000",
    "31, 10000",
    "2147483647, 10000"
  })
  void doublesTheCeilingUpToTheLongestWait(int failures, long millis) {
    Duration ceiling = BACKOFF.ceiling(failures);

    assertThat(ceiling).isEqualTo(Duration.ofMillis(millis));
  }

  @RepeatedTest(5)
  void staysBetweenNothingAndTheCeiling() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);

    for (int failures = 1; failures < 1000; failures++) {
      assertThat(BACKOFF.after(failures, random))
          .as("seed=%d failures=%d", seed, failures)
          .isPositive()
          .isLessThanOrEqualTo(BACKOFF.ceiling(failures));
    }
  }

  @Test
  void spreadsTheWaitsOverTheWholeRange() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);

    double mean =
        IntStream.range(0, 10_000)
            .mapToLong(i -> BACKOFF.after(9, random).toMillis())
            .average()
            .orElseThrow();

    assertThat(mean).as("seed=%d", seed).isBetween(4_700.0, 5_300.0);
  }

  @Test
  void refusesAFirstWaitThatIsNoneOrAboveTheLongest() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(Duration.ZERO, MAX));
    assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(FIRST.negated(), MAX));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff(MAX, FIRST))
        .withMessage("first=PT10S must be above 0 and at most max=PT0.2S");
  }
}
