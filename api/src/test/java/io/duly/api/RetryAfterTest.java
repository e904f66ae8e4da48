package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "7, PT7S",
    "' 7 ', PT7S",
    "3600, PT1H",
    "3601, PT1H",
    "999999999, PT1H",
    "'Mon, 23 Nov 2026 12:00:30 GMT', PT30S",
    "'Mon, 23 Nov 2026 12:00:00 GMT', PT0S",
    "'Mon, 23 Nov 2026 11:59:00 GMT', PT0S",
    "'Tue, 24 Nov 2026 12:00:00 GMT', PT1H"
  })
  void readsSecondsOrADateUpToAnHour(String header, Duration wanted) {
    Optional<Duration> wait = RetryAfter.parse(header, NOW);

    assertThat(wait).contains(wanted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "soon",
        "-1",
        "1.5",
        "9999999999",
        "2026-11-23T12:00:30Z",
        "Fri, 23 Nov 2026 12:00:30 GMT"
      })
  void isEmptyWhereItIsNotUnderstood(String header) {
    assertThat(RetryAfter.parse(header, NOW)).isEmpty();
  }

  @Test
  void isEmptyWhereThereIsNone() {
    assertThat(RetryAfter.parse(null, NOW)).isEmpty();
  }
}
