package io.duly.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import io.duly.sandbox.Latency;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls the sample API. */
@Timeout(30)
class HttpOrderApiTest {
  @TempDir Path folder;
  private SampleApi sample;
  private HttpOrderApi api;

  @AfterEach
  void stop() {
    if (api != null) {
      api.close();
    }
    if (sample != null) {
      sample.close();
    }
  }

  @Test
  void knowsAnExecutionAndItsReference() throws Exception {
    start(SampleContract.IDEMPOTENT, 0, 0);

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertThat(answer).isEqualTo(new ApiAnswer.Executed(200, "ref-2", Map.of()));
  }

  @Test
  void getsTheSameAnswerForTheSameKey() throws Exception {
    start(SampleContract.IDEMPOTENT, 0, 0);
    ApiAnswer first = Call.process(api, Call.order("1"));

    ApiAnswer second = Call.process(api, Call.order("1"));

    assertThat(second).isEqualTo(first);
  }

  @Test
  void tellsThatAKeyCameWithAnotherPayload() throws Exception {
    start(SampleContract.IDEMPOTENT, 0, 0);
    Call.process(api, Call.order("1"));

    ApiAnswer answer = Call.process(api, Call.order("2"));

    assertThat(answer).isEqualTo(new ApiAnswer.KeyReused(422, "key reused with another payload"));
  }

  @Test
  void takesADeclineForARefusalWhereTheRuleNamesIt() throws Exception {
    start(SampleContract.IDEMPOTENT, 0, 1, Map.of("api.failure-status", "402"));

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertThat(answer)
        .isInstanceOfSatisfying(
            ApiAnswer.Refused.class,
            refused -> {
              assertThat(refused.httpStatus()).isEqualTo(402);
              assertThat(refused.reason()).startsWith("refused: ").contains("card declined");
            });
  }

  @Test
  void takesADeclineForDoubtWhereNoRuleNamesIt() throws Exception {
    start(SampleContract.IDEMPOTENT, 0, 1);

    ApiAnswer answer = Call.process(api, Call.order("1"));

    assertThat(answer).isEqualTo(new ApiAnswer.Ambiguous(402, "HTTP 402", Duration.ZERO));
  }

  @Test
  void waitsAsToldAboveTheRateCap() throws Exception {
    start(SampleContract.NEITHER, 1, 0);
    Call.process(api, Call.order("1"));

    ApiAnswer answer = Call.process(api, Call.order("2"));

    assertThat(answer)
        .isEqualTo(new ApiAnswer.NotExecuted(429, "too many requests", Duration.ofSeconds(1)));
  }

  @Test
  void looksUpWhatBecameOfAnOrder() throws Exception {
    start(SampleContract.LOOKUP, 0, 0);
    Call.process(api, Call.order("a b+c/ü"));

    LookupAnswer executed = Call.lookup(api, "a b+c/ü");
    LookupAnswer notExecuted = Call.lookup(api, "2");

    assertThat(executed).isEqualTo(new LookupAnswer.Executed(false, "ref-2"));
    assertThat(notExecuted).isEqualTo(new LookupAnswer.NotExecuted());
  }

  @Test
  void looksUpARefusalForGood() throws Exception {
    start(SampleContract.LOOKUP, 0, 1);
    Call.process(api, Call.order("1"));

    await()
        .untilAsserted(
            () ->
                assertThat(Call.lookup(api, "1")).isEqualTo(new LookupAnswer.Executed(true, null)));
  }

  @Test
  void settlesNothingWhileTheOrderIsInProgress() throws Exception {
    sample = sample(SampleContract.LOOKUP, "60000ms", 0, 0);
    api = Call.open(sample.url().toString(), Map.of("api.timeout", "2m"));
    CompletableFuture<ApiAnswer> call = api.process(Call.order("1")).toCompletableFuture();

    await()
        .untilAsserted(
            () ->
                assertThat(Call.lookup(api, "1"))
                    .isEqualTo(
                        new LookupAnswer.Unknown("an answer with no known value at /execution")));

    sample.close();
    assertThat(call.get(10, TimeUnit.SECONDS)).isInstanceOf(ApiAnswer.Ambiguous.class);
  }

  @Test
  void cannotLookUpWithoutAUrl() throws Exception {
    api =
        HttpOrderApi.open(
            Settings.of(Map.of("api.url", "http://127.0.0.1:1", "api.contract", "neither")), "w1");

    LookupAnswer answer = Call.lookup(api, "1");

    assertThat(answer).isEqualTo(new LookupAnswer.Unknown("api.lookup-url is not set"));
  }

  @Test
  void sendsTheOrderAsItIsToldTo() throws Exception {
    try (FaultServer server = FaultServer.start()) {
      server.answer("200 OK", "");
      Map<String, String> settings =
          Map.of("api.url", server.url() + "/v1/{id}/pay", "api.key-header", "X-Key");
      api = Call.open(server.url(), settings);
      UUID key = UUID.randomUUID();

      Call.process(
          api, new ApiRequest("a b/1", key, "{\"name\":\"ü\"}", () -> true, "00-ab-cd-00"));

      assertThat(server.requests())
          .singleElement()
          .satisfies(
              request ->
                  assertThat(request)
                      .startsWith("POST /v1/a%20b%2F1/pay HTTP/1.1\r\n")
                      .containsIgnoringCase("\r\nX-Key: " + key + "\r\n")
                      .containsIgnoringCase("\r\nUser-Agent: w1\r\n")
                      .containsIgnoringCase("\r\ntraceparent: 00-ab-cd-00\r\n")
                      .containsIgnoringCase("\r\nContent-Type: application/json\r\n")
                      .endsWith("\r\n\r\n{\"name\":\"Ã¼\"}"));
      api.close();
    }
  }

  @Test
  void asksForTheSettingsItNeeds() {
    assertThatThrownBy(() -> HttpOrderApi.open(Settings.of(Map.of()), "w1"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("api.url")
        .hasMessageContaining("api.contract");
    assertThatThrownBy(
            () ->
                HttpOrderApi.open(
                    Settings.of(Map.of("api.url", "http://a", "api.contract", "lookup")), "w1"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("api.lookup-url");
  }

  private void start(SampleContract contract, int rate, double failureShare) {
    start(contract, rate, failureShare, Map.of());
  }

  private void start(
      SampleContract contract, int rate, double failureShare, Map<String, String> given) {
    sample = sample(contract, "0ms", rate, failureShare);
    Map<String, String> settings = new HashMap<>(given);
    settings.put("api.contract", contract.name().toLowerCase(java.util.Locale.ROOT));
    api = Call.open(sample.url().toString(), settings);
  }

  private SampleApi sample(SampleContract contract, String latency, int rate, double failureShare) {
    return SampleApi.start(
        new SampleApiSettings(
            contract, Latency.parse(latency), rate, failureShare, folder.resolve("ledger"), 0));
  }
}
