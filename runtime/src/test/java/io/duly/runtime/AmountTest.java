package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountTest {
  @ParameterizedTest
  @CsvSource({
    "100, 5, 100",
    "0, 5, 0",
    "0.1%, 300000, 300",
    "0.1%, 1, 1",
    "0.1%, 0, 0",
    "0%, 7, 0",
    "33.333333%, 3, 1",
    "100%, 9223372036854775807, 9223372036854775807"
  })
  void aPartOfOneCountsAsOne(String text, long total, long expected) {
    assertThat(Amount.parse(text).of(total)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "5, 5, 9, false",
    "5, 6, 9, true",
    "0, 1, 9, true",
    "10%, 1, 10, false",
    "10%, 2, 10, true",
    "10%, 1, 9, true"
  })
  void moreThanTheAmountExceedsIt(String text, long count, long total, boolean isExceeded) {
    assertThat(Amount.parse(text).isExceededBy(count, total)).isEqualTo(isExceeded);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5", "%", "1e3", "1000000000000", "1,5%", ".5%", "ten"})
  void whatIsNoAmountIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Amount.parse(text))
        .withMessageContaining("write it as in 100 or 0.1%");
  }

  @Test
  void moreThanAllIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Amount.parse("100.1%"))
        .withMessageContaining("at most 100%");
  }
}
