package io.duly.api;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way in which a call can go wrong, on real sockets; each sends one request, never two. */
@Timeout(30)
class FaultsTest {
  private static final long TIMEOUT = 400;

  private FaultServer server;
  private HttpOrderApi api;

  @BeforeEach
  void start() throws Exception {
    server = FaultServer.start();
    api =
        Call.open(
            server.url(),
            Map.of(
                "api.timeout", TIMEOUT + "ms",
                "api.max-response-bytes", "1024",
                "api.failure-status", "402"));
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
    server.close();
  }

  @Test
  void isSureThatNothingWasExecutedWhereTheConnectionIsRefused() throws Exception {
    int closedPort;
    try (ServerSocket socket = new ServerSocket(0)) {
      closedPort = socket.getLocalPort();
    }

    ApiAnswer answer;
    try (HttpOrderApi refused = Call.open("http://127.0.0.1:" + closedPort, Map.of())) {
      answer = Call.process(refused, Call.order("1"));
    }

    assertThat(answer)
        .isInstanceOfSatisfying(
            ApiAnswer.NotExecuted.class,
            notExecuted -> {
              assertThat(notExecuted.httpStatus()).isNull();
              assertThat(notExecuted.reason()).startsWith("no connection: ");
            });
  }

  @Test
  void isSureThatNothingWasExecutedWhereTheHostIsUnknown() throws Exception {
    ApiAnswer answer;
    try (HttpOrderApi unknown = Call.open("http://no-such-host.invalid", Map.of())) {
      answer = Call.process(unknown, Call.order("1"));
    }

    assertThat(answer).isInstanceOf(ApiAnswer.NotExecuted.class);
    assertThat(answer.httpStatus()).isNull();
  }

  @Test
  void isInDoubtWhereTheConnectionIsResetBeforeTheRequestIsRead() throws Exception {
    server.resetUnread();

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertDoubt(answer, null);
  }

  @Test
  void isInDoubtWhereTheConnectionIsResetAfterTheRequestIsRead() throws Exception {
    server.resetAfterReading();

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertDoubt(answer, null);
  }

  @Test
  void isInDoubtWhereTheServerHangsUpWithoutAWord() throws Exception {
    server.hangUp();

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertDoubt(answer, null);
  }

  @Test
  void isInDoubtWhereTheAnswerIsCutInHalf() throws Exception {
    server.cutInHalf();

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertDoubt(answer, "the answer broke off");
  }

  @Test
  void isInDoubtWhereTheAnswerIsNoHttp() throws Exception {
    server.babble();

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertDoubt(answer, null);
  }

  @Test
  void isInDoubtAtTheTimeOutWhereNoAnswerComes() throws Exception {
    server.swallow();
    long start = System.nanoTime();

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertAtTheTimeOut(start);
    assertDoubt(answer, "no complete answer within 400 ms");
  }

  @Test
  void isInDoubtAtTheTimeOutWhereTheAnswerDrips() throws Exception {
    server.drip();
    long start = System.nanoTime();

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertAtTheTimeOut(start);
    assertDoubt(answer, "no complete answer within 400 ms");
    await().until(server::isLeftAlone);
  }

  @Test
  void isInDoubtWhereTheAnswerIsTooLarge() throws Exception {
    server.answer("200 OK", "x".repeat(1025));

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertDoubt(answer, "the answer is larger than 1024 bytes");
  }

  @Test
  void takesAnAnswerOfJustTheLargestSize() throws Exception {
    server.answer("200 OK", "x".repeat(1024));

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertThat(answer).isEqualTo(new ApiAnswer.Executed(200, null));
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
    "403, Misconfigured",
    "404, Misconfigured",
    "405, Misconfigured",
    "407, Misconfigured",
    "421, Misconfigured",
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

    assertThat(answer).isEqualTo(new ApiAnswer.Ambiguous(status, "HTTP " + status, Duration.ZERO));
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void sendsNoByteWhereItsCallerSaysNo() throws Exception {
    server.answer("200 OK", "{}");
    ApiRequest late = new ApiRequest("1", Call.KEY, "{}", () -> false);

    ApiAnswer answer = Call.process(api, late);

    assertThat(answer).isEqualTo(new ApiAnswer.Withheld("the time to send had passed"));
    api.close();
    await().until(server::isLeftAlone);
    assertThat(server.bytes()).isZero();
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void goesOnAfterARequestThatWasWithheld() throws Exception {
    server.answer("200 OK", "{}");
    Call.process(api, new ApiRequest("1", Call.KEY, "{}", () -> false));

    ApiAnswer answer = Call.process(api, Call.order("2"));

    assertThat(answer).isInstanceOf(ApiAnswer.Executed.class);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void asksWhetherToSendOnlyWhenAConnectionIsFree() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    server.swallow();
    try (HttpOrderApi single =
        Call.open(server.url(), Map.of("api.timeout", TIMEOUT + "ms", "api.concurrency", "1"))) {
      CompletableFuture<ApiAnswer> first = single.process(Call.order("1")).toCompletableFuture();
      await().until(() -> server.requests().size() == 1);
      ApiRequest queued = new ApiRequest("2", Call.KEY, "{}", () -> asked.incrementAndGet() > 0);

      ApiAnswer second = Call.process(single, queued);

      assertThat(first.get(5, TimeUnit.SECONDS)).isInstanceOf(ApiAnswer.Ambiguous.class);
      assertThat(second).isInstanceOfAny(ApiAnswer.NotExecuted.class, ApiAnswer.Ambiguous.class);
      assertThat(second instanceof ApiAnswer.NotExecuted).isEqualTo(asked.get() == 0);
    }
  }

  @Test
  void sendsOneRequestForEachOfManyCalls() throws Exception {
    server.answer("500 Oops", "");
    api.close();
    api = Call.open(server.url(), Map.of("api.timeout", "20s"));

    List<CompletableFuture<ApiAnswer>> calls =
        IntStream.range(0, 200)
            .mapToObj(i -> api.process(Call.order("o" + i)).toCompletableFuture())
            .toList();

    for (CompletableFuture<ApiAnswer> call : calls) {
      assertThat(call.get(10, TimeUnit.SECONDS)).isInstanceOf(ApiAnswer.Ambiguous.class);
    }
    assertThat(server.requests()).hasSize(200).doesNotHaveDuplicates();
    assertThat(server.connections()).isLessThanOrEqualTo(64);
  }

  @Test
  void endsCallsUnderWayWhenItCloses() throws Exception {
    server.swallow();
    api.close();
    api = Call.open(server.url(), Map.of("api.timeout", "1h"));
    CompletableFuture<ApiAnswer> call = api.process(Call.order("1")).toCompletableFuture();
    await().until(() -> server.requests().size() == 1);

    api.close();

    assertThat(call.get(10, TimeUnit.SECONDS)).isInstanceOf(ApiAnswer.Ambiguous.class);
  }

  @Test
  void settlesNothingByALookupThatFails() throws Exception {
    server.resetAfterReading();

    LookupAnswer answer = Call.lookup(api, "1");

    assertThat(answer).isInstanceOf(LookupAnswer.Unknown.class);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void settlesNothingByALookupThatIsNotAnswered() throws Exception {
    server.swallow();
    long start = System.nanoTime();

    LookupAnswer answer = Call.lookup(api, "1");

    assertAtTheTimeOut(start);
    assertThat(answer).isEqualTo(new LookupAnswer.Unknown("no complete answer within 400 ms"));
  }

  private void assertDoubt(ApiAnswer answer, String reason) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            ApiAnswer.Ambiguous.class,
            doubt -> {
              assertThat(doubt.httpStatus()).isNull();
              assertThat(doubt.pause()).isZero();
              assertThat(doubt.reason()).contains(reason == null ? "" : reason);
            });
    assertThat(server.requests()).hasSize(1);
    assertThat(server.connections()).isEqualTo(1);
  }

  private static void assertAtTheTimeOut(long start) {
    assertThat(NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(TIMEOUT - 1, 5 * TIMEOUT);
  }
}
