package io.duly.sandbox.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {
  @Test
  void holdsWhereEveryOrderIsCancelledOrConfirmed() {
    Verdict verdict = verdict(0, 0, 0, 9, 0);

    assertThat(verdict.cancelled()).isEqualTo(1);
    assertThat(verdict.holds()).isTrue();
  }

  @ParameterizedTest(name = "lost {0}, stuck {1}, two effects {2}, confirmed {3}, lag {4}")
  @CsvSource({"1,0,0,10,0", "0,1,0,10,0", "0,0,1,9,0", "0,0,0,8,0", "0,0,0,10,0", "0,0,0,9,1"})
  void doesNotHoldWhereOneFigureIsWrong(
      long lost, long stuck, long twoEffects, long confirmed, long lag) {
    assertThat(verdict(lost, stuck, twoEffects, confirmed, lag).holds()).isFalse();
  }

  /** Ten orders, nine with a result besides those lost and stuck, and one cancelled. */
  private static Verdict verdict(long lost, long stuck, long twoEffects, long confirmed, long lag) {
    long orders = 10 + lost + stuck;
    return new Verdict(
        orders, 7, 1, 1, lost, stuck, 7, twoEffects, 9, 9, confirmed, lag, List.of());
  }
}
