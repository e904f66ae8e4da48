package io.duly.api;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
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
    // An answer given by time may be ahead of the server's count.
    await().untilAsserted(() -> assertThat(server.requests()).hasSize(1));
    assertThat(server.connections()).isEqualTo(1);
  }

  private static void assertAtTheTimeOut(long start) {
    assertThat(NANOSECONDS.toMillis(System.nanoTime() - start))
        .isBetween(TIMEOUT - 1, 20 * TIMEOUT);
  }
}
