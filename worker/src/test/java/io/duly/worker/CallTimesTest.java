package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.WorkerTable.Pulse;
import org.junit.jupiter.api.Test;

class CallTimesTest {
  private final CallTimes times = new CallTimes();

  @Test
  void tellsTheTimesOfTheCallsSinceItWasAskedLast() {
    for (int i = 1; i <= 100; i++) {
      times.add(i * 1_000_000L);
    }

    assertThat(times.pulse()).isEqualTo(new Pulse(100, 51.0, 100.0));
    assertThat(times.pulse()).isEqualTo(new Pulse(100, null, null));
    times.add(7_000_000);
    assertThat(times.pulse()).isEqualTo(new Pulse(101, 7.0, 7.0));
  }

  @Test
  void keepsTheLastOfMany() {
    for (int i = 1; i <= 5_000; i++) {
      times.add(i < 4_000 ? 1_000_000L : 2_000_000L);
    }

    assertThat(times.pulse()).isEqualTo(new Pulse(5_000, 2.0, 2.0));
  }
}
