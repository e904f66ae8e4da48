package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StandstillTest {
  private long nanos;
  private final Standstill standstill = new Standstill(() -> nanos);

  @Test
  void endsAReadOfWhichNothingCameForAMinute() {
    pass(Duration.ofSeconds(59));
    assertThatCode(() -> standstill.check(false, "orders.due-0")).doesNotThrowAnyException();
    standstill.check(true, "orders.due-0");
    pass(Duration.ofSeconds(59));
    assertThatCode(() -> standstill.check(false, "orders.due-0")).doesNotThrowAnyException();

    pass(Duration.ofSeconds(1));

    assertThatThrownBy(() -> standstill.check(false, "orders.due-0"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("nothing more comes of orders.due-0: is its broker there?");
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }
}
