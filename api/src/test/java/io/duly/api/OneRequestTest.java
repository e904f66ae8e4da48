package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever the connection does, a call sends one request. */
@Timeout(30)
class OneRequestTest {
  @Test
  void sendsOneRequestWhereTheServerClosesEachKeptConnection() throws Exception {
    try (FaultServer server = FaultServer.start();
        HttpOrderApi api = Call.open(server.url(), Map.of())) {
      server.answerAndClose("{}");

      for (int i = 0; i < 200; i++) {
        ApiAnswer answer = Call.process(api, Call.order("o" + i));
        assertThat(answer).isInstanceOfAny(ApiAnswer.Executed.class, ApiAnswer.Ambiguous.class);
      }

      assertThat(server.requests()).hasSizeLessThanOrEqualTo(200).doesNotHaveDuplicates();
    }
  }

  @Test
  void sendsManyCallsAtOnceOverOneConnectionOfHttp2() throws Exception {
    try (GoodServer server =
            GoodServer.start(
                request -> request.body().onSuccess(body -> request.response().end("{}")));
        HttpOrderApi api = Call.open(server.url(), Map.of("api.http-version", "2"))) {
      List<ApiAnswer> answers = callAll(api, 200);

      assertThat(answers).allMatch(each -> each instanceof ApiAnswer.Executed);
      assertThat(server.requests()).hasSize(200).allMatch(each -> each.startsWith("HTTP_2 "));
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void sendsOneRequestPerCallWhileTheServerGoesAway() throws Exception {
    AtomicBoolean goesAway = new AtomicBoolean(true);
    try (GoodServer server =
            GoodServer.start(
                request -> {
                  if (goesAway.get()) {
                    var unused = request.connection().shutdown(Duration.ofMillis(100));
                  }
                  var unused = request.response().end("{}");
                });
        HttpOrderApi api =
            Call.open(server.url(), Map.of("api.http-version", "2", "api.timeout", "2s"))) {
      List<ApiAnswer> answers = callAll(api, 100);
      long sent = answers.stream().filter(each -> !(each instanceof ApiAnswer.NotExecuted)).count();
      assertThat(server.requests().size()).isLessThanOrEqualTo((int) sent);

      goesAway.set(false);

      await()
          .until(() -> Call.process(api, Call.order("afterwards")) instanceof ApiAnswer.Executed);
    }
  }

  private static List<ApiAnswer> callAll(HttpOrderApi api, int calls) {
    List<CompletableFuture<ApiAnswer>> all =
        IntStream.range(0, calls)
            .mapToObj(i -> api.process(Call.order("o" + i)).toCompletableFuture())
            .toList();
    return all.stream().map(CompletableFuture::join).toList();
  }
}
