package io.duly.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.orders.Lanes;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulesTest {
  private static Map<String, String> properties(String text) {
    Map<String, String> properties = new HashMap<>();
    for (String each : text.split(";", -1)) {
      properties.put(
          each.substring(0, each.indexOf('=')).strip(),
          each.substring(each.indexOf('=') + 1).strip());
    }
    return properties;
  }

  @Test
  void readsThemFromTheSettings() {
    Settings settings =
        Settings.of(
            Map.of(
                "schedule.daily.cron", "30 2 * * *",
                "schedule.daily.zone", "Europe/Berlin",
                "schedule.daily.catch-up", "6h",
                "schedule.urgent.at", "2027-03-28 02:30",
                "schedule.urgent.zone", "Europe/Berlin",
                "schedule.urgent.filter", "region = 'north'",
                "schedule.urgent.lane", "urgent"));

    assertThat(Schedules.of(settings))
        .containsExactly(
            new Schedule(
                "daily", "30 2 * * *", null, "Europe/Berlin", "", Lanes.MAIN, Duration.ofHours(6)),
            new Schedule(
                "urgent",
                null,
                Instant.parse("2027-03-28T01:00:00Z"),
                "Europe/Berlin",
                "region = 'north'",
                "urgent",
                Duration.ofHours(1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cron=30 2 * *                     | schedule x: '30 2 * *' is no cron expression
          cron=0 0 30 2 *                   | never fires, no such day exists
          cron=0 1 * * *; zone=Mars/Olympus | 'Mars/Olympus' is no time zone: write it as in UTC or Europe/Berlin
          at=tomorrow                       | 'tomorrow' is no time: write it as in 2027-03-28T02:30 or 2027-03-28T00:30Z
          cron=0 1 * * *; catch-up=long     | catch-up: 'long' is no duration
          cron=0 1 * * *; catch-up=0s       | catch-up: '0s' is less than 1m
          cron=0 1 * * *; catch-up=59s      | catch-up: '59s' is less than 1m
          zone=UTC                          | give either a cron expression or the one time at which it fires
          """)
  void saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> Schedules.of("x", properties(text)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }

  @Test
  void aMinuteIsEnoughToCatchUp() {
    assertThat(Schedules.of("x", properties("cron=0 1 * * *; catch-up=1m")).catchUp())
        .isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void saysWhatIsWrongInTheSettingsAtOnce() {
    assertThatThrownBy(
            () ->
                Settings.of(
                    Map.of(
                        "schedule.daily.cron", "0 1 * * *",
                        "schedule.daily.zon", "UTC",
                        "schedule.Daily.cron", "0 1 * * *",
                        "schedule.both.cron", "0 1 * * *",
                        "schedule.both.at", "2027-03-28 02:30",
                        "schedule.catch-up", "1h")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("setting schedule.daily.zon is unknown: did you mean zone?")
        .hasMessageContaining("schedule 'Daily': a name has small letters, digits and dashes")
        .hasMessageContaining("schedule both: set either schedule.both.cron or its at")
        .hasMessageContaining(
            "setting schedule.catch-up is unknown: write it as in schedule.catch-up.cron");
  }
}
