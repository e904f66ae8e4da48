package io.duly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "0ms, PT0S",
    "250ms, PT0.25S",
    "5s, PT5S",
    "2m, PT2M",
    "24h, PT24H",
    "30d, PT720H",
    "' 5 s ', PT5S",
    "999999999s, PT999999999S"
  })
  void readsANumberAndAUnit(String text, Duration wanted) {
    Duration read = Durations.parse(text);

    assertThat(read).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "s", "-5s", "1.5s", "5 min", "5S", "5s 3ms", "PT5S", "1234567890s"})
  void namesTheTextAndWhatIsWanted(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Durations.parse(text))
        .withMessage(
            "'%s' is no duration: write a number and a unit, as in 250ms, 5s, 2m, 24h, 30d", text);
  }
}
