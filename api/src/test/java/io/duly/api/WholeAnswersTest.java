package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a complete answer means, on real sockets; each call sends one request, never two. */
@Timeout(30)
class WholeAnswersTest {
  private FaultServer server;
  private HttpOrderApi api;

  @BeforeEach
  void start() throws Exception {
    server = FaultServer.start();
    api =
        Call.open(
            server.url(),
            Map.of(
                "api.timeout",
                "400ms",
                "api.max-response-bytes",
                "1024",
                "api.failure-status",
                "402"));
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
    server.close();
  }

  @Test
  void takesAnAnswerOfJustTheLargestSize() throws Exception {
    server.answer("200 OK", "x".repeat(1024));

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertThat(answer).isEqualTo(new ApiAnswer.Executed(200, null, Map.of()));
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "429 Slow; Retry-After: 7; NotExecuted; PT7S",
        "429 Slow; X: y; NotExecuted; PT1S",
        "429 Slow; Retry-After: Sun, 06 Nov 1994 08:49:37 GMT; NotExecuted; PT0S",
        "429 Slow; Retry-After: Fri, 31 Dec 2100 08:00:00 GMT; NotExecuted; PT1H",
        "503 Down; Retry-After: 3; NotExecuted; PT3S",
        "503 Down; X: y; Ambiguous; PT0S",
        "409 Conflict; Retry-After: 2; Ambiguous; PT2S",
        "500 Oops; X: y; Ambiguous; PT0S",
        "408 Late; X: y; Ambiguous; PT0S"
      },
      delimiter = ';')
  void readsHowLongTheApiAsksToWait(String status, String header, String kind, Duration pause)
      throws Exception {
    server.answer(status + "\r\n" + header, "{}");

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertThat(answer.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(answer.httpStatus()).isEqualTo(Integer.parseInt(status.substring(0, 3)));
    assertThat(
            answer instanceof ApiAnswer.NotExecuted notExecuted
                ? notExecuted.pause()
                : ((ApiAnswer.Ambiguous) answer).pause())
        .isEqualTo(pause);
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "401, Misconfigured",
    "403, TurnedAway",
    "404, TurnedAway",
    "405, TurnedAway",
    "407, Misconfigured",
    "421, TurnedAway",
    "422, KeyReused",
    "402, Refused",
    "204, Executed"
  })
  void tellsByTheStatus(int status, String kind) throws Exception {
    server.answer(status + " Whatever", "");

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertThat(answer.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(answer.httpStatus()).isEqualTo(status);
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"301", "302", "303", "307", "308"})
  void neverFollowsARedirect(int status) throws Exception {
    server.answer(status + " Elsewhere\r\nLocation: " + server.url() + "/other", "");

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertThat(answer)
        .isEqualTo(
            new ApiAnswer.Ambiguous(
                status, "HTTP " + status + ": a redirect is not followed", Duration.ZERO));
    assertThat(server.requests()).hasSize(1);
  }
}
