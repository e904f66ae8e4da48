package io.duly.orders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.AttemptResult.Answer;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultEventTest {
  @ParameterizedTest
  @EnumSource(Outcome.class)
  void comesBackAsItWasWritten(Outcome outcome) {
    ResultEvent written =
        new ResultEvent(
            "a \"ü\"",
            3,
            2,
            UUID.randomUUID(),
            outcome,
            7,
            402,
            "card\ndeclined",
            "r-1",
            Map.of("fee", "1.20"));

    Optional<ResultEvent> read = ResultEvent.parse(written.value());

    assertThat(read).contains(written);
    assertThat(new String(written.key(), UTF_8)).isEqualTo("a \"ü\"");
  }

  @Test
  void leavesOutWhatThereIsNot() {
    ResultEvent event =
        new ResultEvent("42", 1, 1, null, Outcome.COMPLETED, 7, null, null, null, Map.of());

    String json = new String(event.value(), UTF_8);

    assertThat(json)
        .isEqualTo(
            "{\"order\":\"42\",\"attempt\":1,\"transition\":1,\"outcome\":\"COMPLETED\",\"run\":7}");
    assertThat(ResultEvent.parse(event.value())).contains(event);
  }

  @Test
  void readsEventsOfALaterVersion() {
    String json =
        "{\"order\":\"42\",\"attempt\":1,\"transition\":1,\"outcome\":\"FAILED\",\"run\":7,\"new\":{}}";

    Optional<ResultEvent> read = ResultEvent.parse(json.getBytes(UTF_8));

    assertThat(read)
        .contains(new ResultEvent("42", 1, 1, null, Outcome.FAILED, 7, null, null, null, Map.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "7",
        "[]",
        "{}",
        "{\"order\":\"42\"}",
        "{\"outcome\":\"FAILED\"}",
        "{\"order\":\"42\",\"outcome\":\"LOVELY\"}",
        "{\"order\":\"42\",\"attempt\":\"x\",\"outcome\":\"FAILED\"}",
        "{\"order\":\"42\",",
        "\u0000\u0001"
      })
  void isEmptyWhereTheBytesAreNoEvent(String text) {
    Optional<ResultEvent> read = ResultEvent.parse(text.getBytes(UTF_8));

    assertThat(read).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "42, 1, 1, 1, true",
    "x, 1, 1, 1, false",
    "42, 0, 1, 1, false",
    "42, 1, 70000, 1, false",
    "42, 1, -1, 1, false",
    "42, 1, 1, 0, false"
  })
  void isPossibleWhereAnAttemptCanHaveIt(
      String order, int attempt, int transition, long run, boolean expected) {
    ResultEvent event =
        new ResultEvent(
            order, attempt, transition, null, Outcome.FAILED, run, null, null, null, Map.of());

    assertThat(event.isPossible(IdType.BIGINT)).isEqualTo(expected);
  }

  @Test
  void bearsNothingOfAnAnswerThatCannotBeStored() {
    Answer answer =
        new Answer(200, "a\0b", "\ud83d\ude00\ud83d", Map.of("fee", "\ude00", "f\0", "1"));

    assertThat(answer)
        .isEqualTo(
            new Answer(
                200, "a\uFFFDb", "\ud83d\ude00\uFFFD", Map.of("fee", "\uFFFD", "f\uFFFD", "1")));
  }

  @Test
  void isEmptyForATombstone() {
    assertThat(ResultEvent.parse(null)).isEmpty();
  }
}
