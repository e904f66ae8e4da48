package io.duly.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SetbacksTest {
  private final Setbacks setbacks = new Setbacks();

  @Test
  void aRunIsLeftAloneForAsLongAsItsFailureTookUntilItGetsOn() {
    assertThat(setbacks.add(1, Duration.ofMinutes(1))).isEqualTo(1);
    assertThat(setbacks.add(1, Duration.ofMinutes(1))).isEqualTo(2);
    assertThat(setbacks.add(2, Duration.ofMinutes(-1))).isEqualTo(1);
    assertThat(setbacks.waiting()).containsExactly(1L);

    setbacks.end(1);

    assertThat(setbacks.waiting()).isEmpty();
    assertThat(setbacks.add(1, Duration.ZERO)).isEqualTo(1);
  }
}
