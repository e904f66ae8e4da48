package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteClockTest {
  private static final long MILLI = 1_000_000;
  private static final long MILLI_MICROS = 1_000;
  private static final long DAY_MICROS = 86_400_000_000L;

  private final RemoteClock clock = new RemoteClock();

  @Test
  void theQuickestReadingCounts() {
    clock.read(0, 0, 2 * MILLI);
    clock.read(100 * MILLI_MICROS, 100 * MILLI, 140 * MILLI);

    assertThat(clock.nanoTime(200 * MILLI_MICROS)).isEqualTo(201 * MILLI);
  }

  @ParameterizedTest
  @ValueSource(longs = {-DAY_MICROS, DAY_MICROS})
  void noReadingFromBeforeTheClockWasPutRightCounts(long step) {
    clock.read(0, 0, 2 * MILLI);
    clock.read(step + 100 * MILLI_MICROS, 100 * MILLI, 140 * MILLI);

    assertThat(clock.nanoTime(step + 200 * MILLI_MICROS)).isEqualTo(220 * MILLI);
  }
}
