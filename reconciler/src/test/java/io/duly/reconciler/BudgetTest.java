package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private long nanos;
  private final Budget budget = new Budget(600, () -> nanos);

  @Test
  void noMoreThanAMinutesWorthIsEverThere() {
    nanos += Duration.ofDays(1).toNanos();

    assertThat(budget.take(10_000)).isEqualTo(600);
    assertThat(budget.take(1)).isZero();
  }

  @Test
  void itFillsWithTime() {
    budget.take(600);

    nanos += Duration.ofSeconds(1).toNanos();

    assertThat(budget.take(100)).isEqualTo(10);
  }

  @Test
  void whatWasNotUsedIsGivenBack() {
    budget.giveBack(budget.take(600));

    assertThat(budget.take(600)).isEqualTo(600);
  }
}
