package io.duly.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DueRecordTest {
  @ParameterizedTest
  @CsvSource({
    "BIGINT, 1, 1",
    "BIGINT, -9223372036854775808, 1",
    "BIGINT, 9223372036854775807, 999999999999999999",
    "INTEGER, 2147483647, 7",
    "UUID, 3f2b5c1e-0000-4000-8000-00000000000a, 7",
    "TEXT, 'a b/ü', 7"
  })
  void comesBackAsItWasWritten(IdType type, String id, long run) {
    DueRecord written = new DueRecord(id, run);

    Optional<DueRecord> read = DueRecord.parse(written.key(), written.value(), type);

    assertThat(read).contains(written);
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "BIGINT, NULL, 7",
        "BIGINT, 1, NULL",
        "BIGINT, '', 7",
        "BIGINT, one, 7",
        "BIGINT, 01, 7",
        "BIGINT, +1, 7",
        "BIGINT, ' 1', 7",
        "BIGINT, ١, 7",
        "BIGINT, 9223372036854775808, 7",
        "INTEGER, 2147483648, 7",
        "UUID, 1-1-1-1-1, 7",
        "UUID, 3F2B5C1E-0000-4000-8000-00000000000A, 7",
        "TEXT, '', 7",
        "BIGINT, 1, ''",
        "BIGINT, 1, 0",
        "BIGINT, 1, -7",
        "BIGINT, 1, 07",
        "BIGINT, 1, 7.0",
        "BIGINT, 1, seven",
        "BIGINT, 1, ٧",
        "BIGINT, 1, 9999999999999999999",
        "BIGINT, 1, 99999999999999999999999"
      },
      nullValues = "NULL")
  void isEmptyWhereTheRecordIsGarbage(IdType type, String key, String value) {
    Optional<DueRecord> read = DueRecord.parse(bytes(key), bytes(value), type);

    assertThat(read).isEmpty();
  }

  @Test
  void isEmptyWhereATextIdHoldsWhatPostgresCannotStore() {
    Optional<DueRecord> read = DueRecord.parse(bytes("a\0b"), bytes("7"), IdType.TEXT);

    assertThat(read).isEmpty();
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(UTF_8);
  }
}
