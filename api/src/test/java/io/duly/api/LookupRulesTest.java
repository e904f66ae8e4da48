package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.runtime.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookupRulesTest {
  private static final LookupRules RULES = new LookupRules(Settings.of(Map.of()));

  @Test
  void knowsAnExecution() {
    LookupAnswer answer = RULES.decide(200, "{\"execution\":\"executed\",\"reference\":\"r-1\"}");

    assertThat(answer).isEqualTo(new LookupAnswer.Executed(false, "r-1"));
  }

  @Test
  void knowsARefusalForGood() {
    LookupAnswer answer = RULES.decide(200, "{\"execution\":\"executed\",\"status\":\"declined\"}");

    assertThat(answer).isEqualTo(new LookupAnswer.Executed(true, null));
  }

  @Test
  void knowsThatThereWasNone() {
    LookupAnswer answer = RULES.decide(200, "{\"execution\":\"not_executed\"}");

    assertThat(answer).isEqualTo(new LookupAnswer.NotExecuted());
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "200 | {\"execution\":\"in_progress\"} | an answer with no known value at /execution",
        "200 | {\"execution\":\"maybe\"} | an answer with no known value at /execution",
        "200 | {} | an answer with nothing at /execution",
        "200 | '' | an answer that is no JSON",
        "200 | [] | an answer with nothing at /execution",
        "200 | <html> | an answer that is no JSON",
        "200 | {\"execution\": | an answer that is no JSON",
        "404 | {\"execution\":\"not_executed\"} | HTTP 404",
        "204 | '' | HTTP 204",
        "302 | '' | HTTP 302",
        "500 | {\"execution\":\"executed\"} | HTTP 500"
      },
      delimiter = '|')
  void settlesNothingByAnyOtherAnswer(int status, String body, String reason) {
    LookupAnswer answer = RULES.decide(status, body);

    assertThat(answer).isEqualTo(new LookupAnswer.Unknown(reason));
  }

  @Test
  void readsTheFieldsThatTheSettingsName() {
    LookupRules rules =
        new LookupRules(
            Settings.of(
                Map.of(
                    "api.lookup-status", "200-201",
                    "api.lookup-not-executed-status", "404",
                    "api.lookup-pointer", "/data/state",
                    "api.lookup-executed-values", "paid,rejected",
                    "api.lookup-not-executed-values", "none",
                    "api.lookup-refused-pointer", "/data/state",
                    "api.lookup-refused-values", "rejected",
                    "api.lookup-reference-pointer", "/data/no")));

    assertThat(rules.decide(201, "{\"data\":{\"state\":\"paid\",\"no\":7}}"))
        .isEqualTo(new LookupAnswer.Executed(false, "7"));
    assertThat(rules.decide(200, "{\"data\":{\"state\":\"rejected\"}}"))
        .isEqualTo(new LookupAnswer.Executed(true, null));
    assertThat(rules.decide(200, "{\"data\":{\"state\":\"none\"}}"))
        .isEqualTo(new LookupAnswer.NotExecuted());
    assertThat(rules.decide(404, "")).isEqualTo(new LookupAnswer.NotExecuted());
    assertThat(rules.decide(403, "")).isEqualTo(new LookupAnswer.Unknown("HTTP 403"));
  }
}
