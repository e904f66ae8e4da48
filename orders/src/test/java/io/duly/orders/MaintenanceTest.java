package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintenanceTest {
  /** 2026-11-22 is a Sunday; Berlin is an hour ahead. */
  @ParameterizedTest
  @CsvSource({
    "'',                       2026-11-22T12:00:00Z, true",
    "13:00-14:00,              2026-11-22T11:58:00Z, true",
    "13:00-14:00,              2026-11-22T11:59:30Z, false",
    "13:00-14:00,              2026-11-22T12:59:59Z, false",
    "13:00-14:00,              2026-11-22T13:00:00Z, true",
    "23:30-00:30,              2026-11-22T22:45:00Z, false",
    "23:30-00:30,              2026-11-22T23:15:00Z, false",
    "23:30-00:30,              2026-11-22T23:30:00Z, true",
    "Sun 13:00-14:00,          2026-11-22T12:30:00Z, false",
    "Sun 13:00-14:00,          2026-11-23T12:30:00Z, true",
    "Sun 23:00-01:00,          2026-11-22T23:30:00Z, false",
    "'01:00-02:00,Mon 00:00-00:10', 2026-11-22T22:59:30Z, false",
    "'01:00-02:00, 03:00-04:00', 2026-11-22T02:30:00Z, false",
  })
  void callsMustEndBeforeAWindowBegins(String windows, Instant now, boolean allowed) {
    Maintenance maintenance = new Maintenance(windows, ZoneId.of("Europe/Berlin"));

    assertThat(maintenance.allows(now, Duration.ofMinutes(1))).isEqualTo(allowed);
  }
}
