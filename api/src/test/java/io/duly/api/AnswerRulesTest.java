package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.runtime.Settings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerRulesTest {
  private static final InstantSource NOON =
      InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

  @ParameterizedTest
  @CsvSource(
      value = {
        "200, NULL, Executed, NULL",
        "204, NULL, Executed, NULL",
        "299, NULL, Executed, NULL",
        "402, NULL, Refused, NULL",
        "429, NULL, NotExecuted, PT1S",
        "429, 7, NotExecuted, PT7S",
        "429, 'Mon, 23 Nov 2026 12:00:30 GMT', NotExecuted, PT30S",
        "429, soon, NotExecuted, PT1S",
        "503, 7, NotExecuted, PT7S",
        "503, NULL, Ambiguous, PT0S",
        "503, soon, Ambiguous, PT0S",
        "401, NULL, Misconfigured, NULL",
        "403, NULL, Misconfigured, NULL",
        "404, NULL, Misconfigured, NULL",
        "405, NULL, Misconfigured, NULL",
        "407, NULL, Misconfigured, NULL",
        "421, NULL, Misconfigured, NULL",
        "422, NULL, KeyReused, NULL",
        "409, 2, Ambiguous, PT2S",
        "100, NULL, Ambiguous, PT0S",
        "199, NULL, Ambiguous, PT0S",
        "302, NULL, Ambiguous, PT0S",
        "400, NULL, Ambiguous, PT0S",
        "408, NULL, Ambiguous, PT0S",
        "418, NULL, Ambiguous, PT0S",
        "500, NULL, Ambiguous, PT0S",
        "502, 9, Ambiguous, PT9S",
        "599, NULL, Ambiguous, PT0S"
      },
      nullValues = "NULL")
  void knowsWhatAStatusMeans(int status, String retryAfter, String kind, Duration pause) {
    ApiAnswer answer = rules(Map.of("api.failure-status", "402")).decide(status, retryAfter, "");

    assertThat(answer.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(answer.httpStatus()).isEqualTo(status);
    assertThat(pause(answer)).isEqualTo(pause);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lookup", "neither"})
  void takesA422ForDoubtWhereTheKeyIsNotHonoured(String contract) {
    ApiAnswer answer = rules(Map.of("api.contract", contract)).decide(422, null, "");

    assertThat(answer).isEqualTo(new ApiAnswer.Ambiguous(422, "HTTP 422", Duration.ZERO));
  }

  @Test
  void letsTheUsersRulesWinOverItsOwn() {
    AnswerRules rules =
        rules(Map.of("api.success-status", "208", "api.failure-status", "404,422,500"));

    assertThat(rules.decide(208, null, "")).isInstanceOf(ApiAnswer.Executed.class);
    assertThat(rules.decide(200, null, "")).isInstanceOf(ApiAnswer.Ambiguous.class);
    assertThat(rules.decide(404, null, "")).isInstanceOf(ApiAnswer.Refused.class);
    assertThat(rules.decide(422, null, "")).isInstanceOf(ApiAnswer.Refused.class);
    assertThat(rules.decide(500, null, "")).isInstanceOf(ApiAnswer.Refused.class);
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "{\"reference\":\"r-1\"} | r-1",
        "{\"reference\":17} | 17",
        "{\"reference\":null} | NULL",
        "{\"reference\":{\"id\":1}} | NULL",
        "{\"other\":1} | NULL",
        "'' | NULL",
        "no json | NULL",
        "{\"reference\": | NULL"
      },
      delimiter = '|',
      nullValues = "NULL")
  void readsTheReferenceWhereThereIsOne(String body, String wanted) {
    ApiAnswer answer = rules(Map.of()).decide(200, null, body);

    assertThat(answer).isEqualTo(new ApiAnswer.Executed(200, wanted));
  }

  @Test
  void shortensWhatItKeeps() {
    AnswerRules rules =
        rules(Map.of("api.failure-status", "402", "api.reference-pointer", "/a/0/ref"));
    String body = "{\"a\":[{\"ref\":\"" + "x".repeat(300) + "\"}]}";

    ApiAnswer answer = rules.decide(402, null, body);

    assertThat(answer)
        .isEqualTo(
            new ApiAnswer.Refused(
                402, "refused: " + body.substring(0, 200) + "…", "x".repeat(200) + "…"));
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
