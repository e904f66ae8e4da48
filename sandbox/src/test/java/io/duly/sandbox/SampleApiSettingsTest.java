package io.duly.sandbox;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleApiSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "-1, 0, 0, ratePerSecond: found -1",
    "0, 1.01, 0, failureShare: found 1.01",
    "0, -0.1, 0, failureShare: found -0.1",
    "0, NaN, 0, failureShare: found NaN",
    "0, 0, 65536, port: found 65536",
  })
  void nameTheFieldAndTheValue(int rate, double failures, int port, String message) {
    Latency latency = Latency.parse("0ms");
    Path ledger = Path.of("ledger");

    assertThatThrownBy(
            () ->
                new SampleApiSettings(SampleContract.LOOKUP, latency, rate, failures, ledger, port))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
