package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What templates take of rows as PostgreSQL writes them. */
class OrderValuesTest {
  static Stream<String> legal() {
    return Stream.of(
        "{\"a\":1,\"a\":2}",
        "{ \"a\" :\n [1 , {\"b\":{}}] }",
        "9".repeat(1_500),
        "-0." + "123456789".repeat(300),
        "1e99999999999",
        "10.50",
        "-0",
        "true",
        "[]",
        "\"\\ud800\"",
        "[".repeat(5_000) + "]".repeat(5_000),
        "{\"" + "n".repeat(60_000) + "\":\"" + "x".repeat(100_000) + "\"}");
  }

  @ParameterizedTest
  @MethodSource("legal")
  void aRowIsReadWhateverAColumnHoldsThatTheTemplateDoesNotName(String json) {
    OrderValues row = row("{\"id\":7,\"extra\":" + json + ",\"amount\":10.50}");

    assertThat(new BodyTemplate("api.body", "{\"sum\":\"{amount}\"}").filled(row))
        .isEqualTo("{\"sum\":10.50}");
    assertThat(row.text("amount")).isEqualTo("10.50");
  }

  @ParameterizedTest
  @MethodSource("legal")
  void aColumnGoesOutAsItStandsInTheRow(String json) {
    String sent =
        new BodyTemplate("api.body", "{\"it\":\"{extra}\"}")
            .filled(row("{\"id\":7,\"extra\":" + json + "}"));

    assertThat(sent).isEqualTo("{\"it\":" + json.replace("\\ud800", "\ud800") + "}");
  }

  @Test
  void aTextIsItsCharactersAndNullIsNothing() {
    OrderValues row = row("{\"text\":\"x\\\"},\\u00fc\\n\",\"none\":null,\"on\":true}");

    assertThat(row.text("text")).isEqualTo("x\"},ü\n");
    assertThat(row.text("none")).isEmpty();
    assertThat(row.text("on")).isEqualTo("true");
    assertThat(row.of("none").isNull()).isTrue();
  }

  @Test
  void eachColumnOfAWideRowIsFound() {
    String row =
        IntStream.range(0, 3_000)
            .mapToObj(n -> "\"c" + n + "\":" + (n % 2 == 0 ? n + ".50" : "\"t" + n + "\""))
            .collect(Collectors.joining(",", "{", "}"));

    OrderValues values = row(row);

    assertThat(row).hasSizeGreaterThan(40_000);
    for (int n = 0; n < 3_000; n++) {
      assertThat(values.text("c" + n)).isEqualTo(n % 2 == 0 ? n + ".50" : "t" + n);
    }
  }

  @Test
  void aColumnThatTheTableHasNotIsAMistakeOfTheSettings() {
    assertThatThrownBy(() -> row("{\"id\":7}").of("nothing"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("{nothing}: no such column");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "{\"id\":7", "", "{\"amount\":zehn}"})
  void anOrderOfWhichNoRequestCanBeMadeIsTurnedAwayAloneAndUnsent(String body) throws Exception {
    Settings settings =
        Settings.of(
            Map.of("api.contract", "neither", "api.url", "http://127.0.0.1:1/{amount}/{id}"));

    try (HttpOrderApi api = HttpOrderApi.open(settings, "w1")) {
      ApiAnswer answer = Call.process(api, new ApiRequest("7", Call.KEY, body, () -> true));

      assertThat(answer).isInstanceOf(ApiAnswer.TurnedAway.class);
      assertThat(answer.httpStatus()).isNull();
      assertThat(answer.reason()).startsWith("no request can be made of it: its columns are no");
    }
  }

  private static OrderValues row(String json) {
    return new OrderValues("7", UUID.randomUUID(), json);
  }
}
