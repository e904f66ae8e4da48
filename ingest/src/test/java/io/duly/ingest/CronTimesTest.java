package io.duly.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTimesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a usual day                   | 30 2 * * *   | Europe/Berlin       | 2026-03-27T12:00:00Z | 2026-03-28T01:30:00Z
          a skipped time: at the change | 30 2 * * *   | Europe/Berlin       | 2026-03-28T12:00:00Z | 2026-03-29T01:00:00Z
          and as usual the day after    | 30 2 * * *   | Europe/Berlin       | 2026-03-29T01:00:00Z | 2026-03-30T00:30:00Z
          a repeated time: the first    | 30 2 * * *   | Europe/Berlin       | 2026-10-24T12:00:00Z | 2026-10-25T00:30:00Z
          and not the second            | 30 2 * * *   | Europe/Berlin       | 2026-10-25T00:30:00Z | 2026-10-26T01:30:00Z
          each quarter, second pass     | */15 * * * * | Europe/Berlin       | 2026-10-25T00:45:00Z | 2026-10-25T02:00:00Z
          half an hour is skipped       | 15 2 * * *   | Australia/Lord_Howe | 2026-10-03T12:00:00Z | 2026-10-03T15:30:00Z
          half an hour is repeated      | 45 1 * * *   | Australia/Lord_Howe | 2026-04-04T12:00:00Z | 2026-04-04T14:45:00Z
          Chatham's skipped quarter     | 50 2 * * *   | Pacific/Chatham     | 2026-09-26T12:00:00Z | 2026-09-26T14:00:00Z
          a whole day is skipped        | 0 9 30 12 *  | Pacific/Apia        | 2011-12-29T12:00:00Z | 2011-12-30T10:00:00Z
          midnight is skipped           | 0 0 * * *    | America/Sao_Paulo   | 2018-11-03T12:00:00Z | 2018-11-04T03:00:00Z
          a leap day                    | 0 0 29 2 *   | UTC                 | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z
          either of day and weekday     | 0 0 13 * 5   | UTC                 | 2026-11-14T00:00:00Z | 2026-11-20T00:00:00Z
          """)
  void firesAfter(String what, String cron, String zone, Instant instant, Instant fires) {
    FireTimes times = CronTimes.of(cron, ZoneId.of(zone));

    assertThat(times.after(instant)).as(what).contains(fires);
    assertThat(times.latest(fires)).as(what).contains(fires);
    assertThat(times.latest(fires.minusNanos(1)).filter(each -> each.isAfter(instant))).isEmpty();
  }

  @Test
  void whatFallsTogetherWithASkippedTimeFiresOnce() {
    FireTimes times = CronTimes.of("0,30 2,3 * * *", ZoneId.of("Europe/Berlin"));
    List<Instant> found = new ArrayList<>();
    Instant at = Instant.parse("2026-03-28T12:00:00Z");
    for (int i = 0; i < 3; i++) {
      at = times.after(at).orElseThrow();
      found.add(at);
    }

    assertThat(found)
        .containsExactly(
            Instant.parse("2026-03-29T01:00:00Z"), // 02:00, 02:30 and 03:00
            Instant.parse("2026-03-29T01:30:00Z"),
            Instant.parse("2026-03-30T00:00:00Z"));
  }

  @Test
  void neverFiresOnADayThatIsNone() {
    FireTimes times = CronTimes.of("0 0 30 2 *", ZoneId.of("UTC"));

    assertThat(times.after(Instant.EPOCH)).isEqualTo(Optional.empty());
    assertThat(times.latest(Instant.EPOCH)).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "* * * *", "60 * * * *", "0 24 * * *", "0 2 * * * *", "every day"})
  void refusesWhatIsNoExpression(String text) {
    assertThatThrownBy(() -> CronTimes.of(text, ZoneId.of("UTC")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
