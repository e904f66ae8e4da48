package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.runtime.Settings;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is kept of an answer, and what is not. */
class KeepsakeTest {
  @ParameterizedTest
  @CsvSource(
      value = {
        "{\"reference\":\"r-1\"} | r-1",
        "{\"reference\":17} | 17",
        "{\"reference\":12345678901234567890.10} | 12345678901234567890.10",
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

    assertThat(answer).isEqualTo(new ApiAnswer.Executed(200, wanted, Map.of()));
  }

  @Test
  void keepsTheChosenFieldsThatAreThere() {
    AnswerRules rules =
        rules(
            Map.of(
                "api.response-fields",
                "receipt=/receipt/no, amount = /amount,lines=/lines,none=/none,null=/null"));
    String body =
        "{\"receipt\":{\"no\":\"R-1\"},\"amount\":10.50,\"lines\":[1,2],\"null\":null,\"more\":1}";

    assertThat(((ApiAnswer.Executed) rules.decide(200, null, body)).fields())
        .isEqualTo(Map.of("receipt", "R-1", "amount", "10.50", "lines", "[1,2]"));
    assertThat(((ApiAnswer.Refused) rules.decide(402, null, body)).fields())
        .isEqualTo(Map.of("receipt", "R-1", "amount", "10.50", "lines", "[1,2]"));
  }

  @Test
  void redactsWhatIsNamedWhereverItOccurs() {
    AnswerRules rules =
        rules(
            Map.of(
                "api.redact", "/card/number,CVC,owner",
                "api.response-fields", "card=/card,owner=/name,text=/text",
                "api.reference-pointer", "/card/number"));
    String body =
        "{\"card\":{\"number\":4111111111111111,\"x\":[{\"cvc\":\"981\"}]},\"name\":\"Ann\","
            + "\"text\":\"card 4111111111111111 (981) declined\"}";

    ApiAnswer.Refused answer = (ApiAnswer.Refused) rules.decide(402, null, body);

    assertThat(answer.fields())
        .isEqualTo(
            Map.of(
                "card", "{\"number\":\"***\",\"x\":[{\"cvc\":\"***\"}]}",
                "owner", "***",
                "text", "card *** (***) declined"));
    assertThat(answer.reference()).isEqualTo("***");
    assertThat(answer.reason())
        .contains("declined")
        .doesNotContain("4111111111111111")
        .doesNotContain("981");
  }

  @Test
  void leavesOutABodyThatCannotBeRedacted() {
    AnswerRules rules = rules(Map.of("api.redact", "pan"));

    ApiAnswer answer = rules.decide(402, null, "{\"pan\":\"4111\"");

    assertThat(answer.reason()).isEqualTo("refused: (left out: no JSON)");
  }

  @Test
  void shortensWhatItKeeps() {
    AnswerRules rules = rules(Map.of("api.reference-pointer", "/a/0/ref"));
    String body = "{\"a\":[{\"ref\":\"" + "x".repeat(300) + "\"}]}";

    ApiAnswer answer = rules.decide(402, null, body);

    assertThat(answer)
        .isEqualTo(
            new ApiAnswer.Refused(
                402, "refused: " + body.substring(0, 200) + "…", "x".repeat(200) + "…", Map.of()));
  }

  private static AnswerRules rules(Map<String, String> given) {
    Map<String, String> all =
        new HashMap<>(Map.of("api.contract", "idempotent", "api.failure-status", "402"));
    all.putAll(given);
    return new AnswerRules(Settings.of(all), InstantSource.system());
  }
}
