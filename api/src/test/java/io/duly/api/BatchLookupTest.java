package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.api.LookupAnswer.Executed;
import io.duly.api.LookupAnswer.NotExecuted;
import io.duly.api.LookupAnswer.Unknown;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchLookupTest {
  private static final List<LookupRequest> THREE = requests(3);

  /** Orders 1 to {@code count}, whose keys end in their ids. */
  private static List<LookupRequest> requests(int count) {
    return LongStream.rangeClosed(1, count)
        .mapToObj(n -> new LookupRequest(String.valueOf(n), new UUID(0, n)))
        .toList();
  }

  private static BatchLookup batch(Map<String, String> given) {
    Map<String, String> all = new HashMap<>(given);
    all.put("api.lookup-batch-url", "http://api.example/lookups");
    Settings settings = Settings.of(all);
    return new BatchLookup(settings, new LookupRules(settings));
  }

  private static BatchLookup byId() {
    return batch(
        Map.of(
            "api.lookup-batch-match", "id",
            "api.lookup-batch-match-pointer", "/order/id",
            "api.lookup-batch-list-pointer", "/found",
            "api.lookup-batch-body", "{\"orders\":{ids},\"deep\":true}"));
  }

  @Test
  void asksForAllInOneBody() {
    assertThat(batch(Map.of()).question(requests(2)))
        .isEqualTo(
            "{\"keys\":[\"00000000-0000-0000-0000-000000000001\",\"00000000-0000-0000-0000-000000000002\"]}");
    assertThat(byId().question(List.of(new LookupRequest("a\"b", new UUID(0, 1)))))
        .isEqualTo("{\"orders\":[\"a\\\"b\"],\"deep\":true}");
  }

  @Test
  void readsWhatIsSaidOfEachInWhateverOrder() {
    String answer =
        """
        {"found":[{"order":{"id":3},"execution":"executed","status":"declined"},
          {"order":{"id":"2"},"execution":"not_executed"},
          {"order":{"id":1},"execution":"executed","reference":"r-1"}]}
        """;

    assertThat(byId().read(200, answer, THREE))
        .containsExactly(new Executed(false, "r-1"), new NotExecuted(), new Executed(true, null));
  }

  @Test
  void whatIsNotNamedIsUnknownAndSoIsWhatIsNamedWithTwoAnswers() {
    String answer =
        """
        {"found":[{"order":{"id":1},"execution":"executed"},{"order":{"id":1},"execution":"not_executed"},
          {"order":{"id":2},"execution":"executed"},{"order":{"id":2},"execution":"executed"},{"execution":"executed"}]}
        """;

    assertThat(byId().read(200, answer, THREE))
        .containsExactly(
            new Unknown("the answer names the order with different answers"),
            new Executed(false, null),
            new Unknown("the answer does not name the order"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          404 | {"found":[]} | HTTP 404
          500 | {"found":[]} | HTTP 500
          200 | <html> | an answer that is no JSON
          200 | {"found":{}} | an answer with no list at '/found'
          200 | [] | an answer with no list at '/found'
          """)
  void noOtherAnswerSettlesAnything(int status, String body, String reason) {
    assertThat(byId().read(status, body, THREE)).hasSize(3).containsOnly(new Unknown(reason));
  }

  @Test
  void aBodyThatNamesNoOrderIsRefused() {
    assertThatThrownBy(() -> batch(Map.of("api.lookup-batch-body", "{}")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("{ids} or {keys}");
  }

  @Test
  void asksAnApiForManyInAFewRequests() throws Exception {
    List<String> bodies = new CopyOnWriteArrayList<>();
    try (GoodServer server =
        GoodServer.start(
            request ->
                request
                    .body()
                    .onSuccess(
                        body -> {
                          bodies.add(body.toString());
                          request.response().end(answer(body.toString()));
                        }))) {
      Map<String, String> settings =
          Map.of(
              "api.lookup-batch-url", server.url() + "/lookups",
              "api.lookup-batch-size", "4",
              "api.lookup-batch-match", "id",
              "api.lookup-batch-match-pointer", "/id",
              "api.lookup-batch-body", "{ids}");
      try (HttpOrderApi api = Call.open(server.url(), settings)) {
        List<LookupAnswer> answers =
            api.lookup(requests(10)).toCompletableFuture().get(20, TimeUnit.SECONDS);

        assertThat(answers).hasSize(10);
        assertThat(answers.subList(0, 9)).containsOnly(new Executed(false, null));
        assertThat(answers.get(9)).isInstanceOf(Unknown.class);
      }
      assertThat(server.requests()).hasSize(3).containsOnly("HTTP_1_1 /lookups");
      assertThat(bodies)
          .containsExactlyInAnyOrder(
              "[\"1\",\"2\",\"3\",\"4\"]", "[\"5\",\"6\",\"7\",\"8\"]", "[\"9\",\"10\"]");
    }
  }

  /** Each was executed, but of order 10 it says nothing. */
  private static String answer(String ids) {
    return ids.replace(",\"10\"", "")
        .replaceAll("(\"\\d+\")", "{\"id\":$1,\"execution\":\"executed\"}");
  }

  @Test
  void anApiThatKnowsOneQuestionOnlyIsAskedForEach() throws Exception {
    try (GoodServer server =
            GoodServer.start(request -> request.response().end("{\"execution\":\"executed\"}"));
        HttpOrderApi api = Call.open(server.url(), Map.of())) {
      List<LookupAnswer> answers =
          api.lookup(THREE).toCompletableFuture().get(20, TimeUnit.SECONDS);

      assertThat(answers).hasSize(3).containsOnly(new Executed(false, null));
      assertThat(server.requests()).hasSize(3);
    }
  }
}
