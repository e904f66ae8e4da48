package io.duly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyTest {
  @ParameterizedTest
  @CsvSource({
    "0ms, FIXED, 0, 0",
    "50ms, FIXED, 50, 50",
    "20ms..80ms, UNIFORM, 20, 80",
    "0ms..5ms, UNIFORM, 0, 5",
    "50ms~500ms, LOGNORMAL, 50, 500",
  })
  void readsItsThreeForms(String text, Latency.Shape shape, long low, long high) {
    Latency latency = Latency.parse(text);

    assertThat(latency)
        .isEqualTo(new Latency(shape, Duration.ofMillis(low), Duration.ofMillis(high)));
    assertThat(latency).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "50", "50 ms", "-1ms", "5s", "80ms..20ms", "0ms~5ms", "1ms...2ms", "1ms-2ms"})
  void saysWhatItWantsInsteadOfAnotherForm(String text) {
    assertThatThrownBy(() -> Latency.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("latency: ");
  }

  @Test
  void drawsTheSameDurationsFromTheSameSeed() {
    Latency latency = Latency.parse("50ms~500ms");

    assertThat(latency.draw(new Random(1))).isEqualTo(latency.draw(new Random(1)));
  }

  @Test
  void drawsUniformlyBetweenBothEnds() {
    long[] draws = draws("20ms..80ms");

    assertThat(draws[0]).isBetween(20_000L, 21_000L);
    assertThat(draws[5_000]).isBetween(48_000L, 52_000L);
    assertThat(draws[9_999]).isBetween(79_000L, 80_000L);
  }

  @Test
  void drawsLognormallyWithTheGivenMedianAndPercentile() {
    long[] draws = draws("50ms~500ms");

    assertThat(draws[5_000] / 1_000.0).isCloseTo(50, within(3.0));
    assertThat(draws[9_900] / 1_000.0).isCloseTo(500, within(60.0));
  }

  private static long[] draws(String text) {
    Latency latency = Latency.parse(text);
    Random random = new Random(7);
    return LongStream.range(0, 10_000)
        .map(i -> latency.draw(random).toNanos() / 1_000)
        .sorted()
        .toArray();
  }
}
