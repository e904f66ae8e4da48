package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookupRulesTest {
  @Test
  void knowsAnExecution() {
    LookupAnswer answer =
        LookupRules.decide(200, "{\"execution\":\"executed\",\"reference\":\"r-1\"}");

    assertThat(answer).isEqualTo(new LookupAnswer.Executed(false, "r-1"));
  }

  @Test
  void knowsARefusalForGood() {
    LookupAnswer answer =
        LookupRules.decide(200, "{\"execution\":\"executed\",\"status\":\"declined\"}");

    assertThat(answer).isEqualTo(new LookupAnswer.Executed(true, null));
  }

  @Test
  void knowsThatThereWasNone() {
    LookupAnswer answer = LookupRules.decide(200, "{\"execution\":\"not_executed\"}");

    assertThat(answer).isEqualTo(new LookupAnswer.NotExecuted());
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "200 | {\"execution\":\"in_progress\"} | in progress",
        "200 | {\"execution\":\"maybe\"} | an answer without the field execution",
        "200 | {} | an answer without the field execution",
        "200 | '' | an answer without the field execution",
        "200 | [] | an answer without the field execution",
        "200 | <html> | an answer that is no JSON",
        "200 | {\"execution\": | an answer that is no JSON",
        "404 | {\"execution\":\"not_executed\"} | HTTP 404",
        "204 | '' | HTTP 204",
        "302 | '' | HTTP 302",
        "500 | {\"execution\":\"executed\"} | HTTP 500"
      },
      delimiter = '|')
  void settlesNothingByAnyOtherAnswer(int status, String body, String reason) {
    LookupAnswer answer = LookupRules.decide(status, body);

    assertThat(answer).isEqualTo(new LookupAnswer.Unknown(reason));
  }
}
