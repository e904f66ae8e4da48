package io.duly.operations;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Offsets that were left, as text. */
class LeftOffsetsTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "0", "3-5,9", "0-1,3,5-7"})
  void readsWhatItWrites(String text) {
    assertThat(LeftOffsets.parse(text).text()).isEqualTo(text);
  }

  @Test
  void joinsNeighboursAndSplitsWhereOneGoes() {
    LeftOffsets left = LeftOffsets.parse("3,9");

    left.add(4);
    left.add(5);
    assertThat(left.text()).isEqualTo("3-5,9");
    left.remove(4);
    assertThat(left.text()).isEqualTo("3,5,9");
    left.forgetBefore(5);
    assertThat(left.text()).isEqualTo("5,9");
    assertThat(left.first(20)).isEqualTo(5);
    assertThat(new LeftOffsets().first(20)).isEqualTo(20);
  }

  @Test
  void whatAnotherToolWroteStandsForNone() {
    assertThat(LeftOffsets.parse("moved by ann").text()).isEmpty();
  }
}
