package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerRulesTest {
  private static final InstantSource NOON =
      InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

  static Stream<Arguments> documented() throws IOException {
    return DocumentedTable.rows("| settings | status | Retry-After | body | becomes | wait |")
        .stream()
        .flatMap(
            row ->
                Arrays.stream(row.get(1).split(",", -1))
                    .map(status -> Arguments.of(Integer.parseInt(status.trim()), row)));
  }

  @ParameterizedTest
  @MethodSource("documented")
  void makesOfAnAnswerWhatThePageSays(int status, List<String> row) {
    Map<String, String> settings = new HashMap<>(Map.of("api.failure-status", "402"));
    Arrays.stream(row.get(0).split("` `", -1))
        .map(DocumentedTable::plain)
        .filter(each -> !each.isEmpty())
        .forEach(each -> settings.put(each.split("=", 2)[0], each.split("=", 2)[1]));
    String retryAfter = row.get(2).isEmpty() ? null : DocumentedTable.plain(row.get(2));

    ApiAnswer answer =
        rules(settings).decide(status, retryAfter, DocumentedTable.plain(row.get(3)));

    assertThat(answer.getClass().getSimpleName()).isEqualTo(row.get(4));
    assertThat(answer.httpStatus()).isEqualTo(status);
    assertThat(pause(answer)).isEqualTo(row.get(5).isEmpty() ? null : Duration.parse(row.get(5)));
  }

  @Test
  void saysWhyABodyIsDoubt() {
    AnswerRules rules = rules(Map.of("api.success-pointer", "/status", "api.success-values", "ok"));

    assertThat(rules.decide(200, null, "<html>").reason())
        .isEqualTo("HTTP 200: the body is no JSON");
    assertThat(rules.decide(200, null, "[]").reason())
        .isEqualTo("HTTP 200: the body has nothing at /status");
    assertThat(rules.decide(200, null, "{\"status\":\"bad\"}").reason())
        .isEqualTo("HTTP 200: the body has another value at /status");
  }

  @ParameterizedTest
  @CsvSource({
    "api.failure-status=200, api.failure-pointer=, status 200 is both in",
    "api.success-values=ok, api.failure-pointer=, api.success-values needs api.success-pointer",
    "api.failure-values=no, api.failure-pointer=, api.failure-values needs api.failure-pointer",
    "api.failure-pointer=/a, api.failure-status=, api.failure-pointer needs api.failure-status",
  })
  void refusesRulesThatContradictEachOther(String one, String other, String message) {
    Map<String, String> settings = new HashMap<>();
    settings.put(one.split("=", 2)[0], one.split("=", 2)[1]);
    settings.put(other.split("=", 2)[0], other.split("=", 2)[1]);

    assertThatThrownBy(() -> rules(settings))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }

  private static Duration pause(ApiAnswer answer) {
    if (answer instanceof ApiAnswer.NotExecuted notExecuted) {
      return notExecuted.pause();
    }
    return answer instanceof ApiAnswer.Ambiguous ambiguous ? ambiguous.pause() : null;
  }

  private static AnswerRules rules(Map<String, String> given) {
    Map<String, String> all = new HashMap<>(Map.of("api.contract", "idempotent"));
    all.putAll(given);
    return new AnswerRules(Settings.of(all), NOON);
  }
}
