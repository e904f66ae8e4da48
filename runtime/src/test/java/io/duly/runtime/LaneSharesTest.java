package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaneSharesTest {
  @Test
  void lanesComeInTheOrderInWhichTheyAreListed() {
    assertThat(LaneShares.parse(" urgent:2, slow : 1"))
        .containsExactly(Map.entry("urgent", 2), Map.entry("slow", 1));
    assertThat(LaneShares.parse(" ")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "urgent|is no lane",
        "urgent:0|is no lane",
        "Urgent:1|is no lane",
        "urgent:1,|is no lane",
        "urgent:x|is no lane",
        "main:1|must not be listed",
        "urgent:1,urgent:2|is listed twice"
      })
  void aMistakeIsRefusedAsOneOfTheSetting(String text, String message) {
    assertThatThrownBy(() -> Settings.of(Map.of("topic.lanes", text)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("setting topic.lanes")
        .hasMessageContaining(message);
  }
}
