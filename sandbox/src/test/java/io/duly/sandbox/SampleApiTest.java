package io.duly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleApiTest {
  private static final String SLOW = "1000ms";
  private static final String ONE = "{\"id\":1}";

  @TempDir Path folder;
  private final List<SampleApi> started = new ArrayList<>();
  private Path ledger;

  @BeforeEach
  void name() {
    ledger = folder.resolve("books/ledger.jsonl");
  }

  @AfterEach
  void stop() {
    started.forEach(SampleApi::close);
  }

  @Test
  void replaysTheAnswerOfAKeyWithoutASecondEffect() throws Exception {
    TestCaller caller = start(SampleContract.IDEMPOTENT, "0ms");

    HttpResponse<String> first = caller.process("k1", ONE);
    HttpResponse<String> second = caller.process("k1", ONE);

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.body())
        .isEqualTo("{\"status\":\"completed\",\"reference\":\"ref-2\",\"order\":\"1\"}");
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(events())
        .containsExactly(
            "received 1", "effect 1", "answered 1 200", "received 1 dup", "answered 1 200 dup");
  }

  @Test
  void refusesAKeyWithAnotherBody() throws Exception {
    TestCaller caller = start(SampleContract.IDEMPOTENT, "0ms");
    caller.process("k1", ONE);

    HttpResponse<String> answer = caller.process("k1", "{\"id\":1,\"amount\":2}");

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(events()).filteredOn(event -> event.startsWith("effect")).hasSize(1);
  }

  @Test
  void asksToWaitWhileTheFirstCallOfAKeyIsInProgress() throws Exception {
    TestCaller caller = start(SampleContract.IDEMPOTENT, SLOW);
    CompletableFuture<HttpResponse<String>> first = caller.send("k1", ONE);
    await().until(() -> caller.get("/books").body().contains("\"in_flight\":1"));

    HttpResponse<String> second = caller.process("k1", ONE);

    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(second.headers().firstValue("Retry-After")).contains("1");
    assertThat(first.get().statusCode()).isEqualTo(200);
    assertThat(caller.process("k1", ONE).body()).isEqualTo(first.get().body());
    assertThat(caller.get("/books").body())
        .isEqualTo(
            "{\"requests\":3,\"effects\":1,\"orders_with_two_effects\":0,\"rejected\":0,\"in_flight\":0}");
  }

  @Test
  void refusesACallWithoutKeyOrWithoutOrder() throws Exception {
    TestCaller caller = start(SampleContract.IDEMPOTENT, "0ms");

    assertThat(caller.process("", ONE).statusCode()).isEqualTo(400);
    assertThat(caller.process("k1", "{\"customer\":1}").statusCode()).isEqualTo(400);
    HttpResponse<String> broken = caller.process("k1", "{\"id\":");

    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(broken.body()).startsWith("{\"status\":\"invalid\",\"reason\":\"");
    assertThat(events()).containsExactly("rejected 1 400", "rejected  400", "rejected  400");
  }

  @Test
  void executesEachCallUnderTheOtherContracts() throws Exception {
    TestCaller caller = start(SampleContract.NEITHER, "0ms");

    caller.process("k1", ONE);
    caller.process("k1", ONE);
    caller.process("", ONE);

    assertThat(caller.get("/books").body())
        .contains("\"effects\":3,\"orders_with_two_effects\":1,");
    assertThat(caller.get("/orders/1").statusCode()).isEqualTo(404);
  }

  @Test
  void tellsWhetherAnOrderWasExecuted() throws Exception {
    TestCaller caller = start(SampleContract.LOOKUP, SLOW);
    assertThat(caller.get("/orders/a%20b").body())
        .isEqualTo("{\"order\":\"a b\",\"execution\":\"not_executed\"}");

    CompletableFuture<HttpResponse<String>> call = caller.send("", "{\"id\":\"a b\"}");
    await().until(() -> caller.get("/orders/a%20b").body().contains("in_progress"));
    call.get();

    assertThat(caller.get("/orders/a%20b").body())
        .isEqualTo(
            "{\"order\":\"a b\",\"execution\":\"executed\",\"status\":\"completed\",\"reference\":\"ref-2\"}");
  }

  @Test
  void rejectsCallsAboveTheRateCapWithoutAnyEffect() throws Exception {
    TestCaller caller = start(settings(SampleContract.NEITHER, "0ms", 1, 0));
    assertThat(caller.process("", ONE).statusCode()).isEqualTo(200);

    HttpResponse<String> answer = caller.process("", ONE);

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    assertThat(events())
        .containsExactly("received 1", "effect 1", "answered 1 200", "rejected 1 429");
  }

  @Test
  void declinesTheSameOrdersEachTimeAndWithoutEffect() throws Exception {
    TestCaller caller = start(settings(SampleContract.LOOKUP, "0ms", 0, 0.5));
    List<Integer> first = statuses(caller);
    List<Integer> second = statuses(caller);

    assertThat(second).isEqualTo(first).contains(200, 402);
    assertThat(LedgerReader.read(ledger).effects())
        .isEqualTo(2 * first.stream().filter(status -> status == 200).count());
    String declined = Integer.toString(first.indexOf(402));
    assertThat(caller.get("/orders/" + declined).body()).contains("\"status\":\"declined\"");
    assertThat(caller.process("", "{\"id\":" + declined + "}").body())
        .isEqualTo(
            "{\"status\":\"declined\",\"reason\":\"card declined\",\"order\":\"%s\"}"
                .formatted(declined));
  }

  @Test
  void executesAnOrderWhoseCallerHasGone() throws Exception {
    TestCaller caller = start(SampleContract.NEITHER, SLOW);
    String call = "POST /orders/process HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n" + ONE;
    try (Socket socket = new Socket("127.0.0.1", started.get(0).port())) {
      OutputStream out = socket.getOutputStream();
      out.write(call.getBytes(StandardCharsets.US_ASCII));
      await().until(() -> caller.get("/books").body().contains("\"in_flight\":1"));
    }

    await()
        .untilAsserted(
            () ->
                assertThat(events()).containsExactly("received 1", "effect 1", "abandoned 1 200"));
  }

  @Test
  void remembersKeysAndDeclinesOverARestart() throws Exception {
    SampleApiSettings settings = settings(SampleContract.IDEMPOTENT, "0ms", 0, 0.5);
    TestCaller before = start(settings);
    List<String> answers = new ArrayList<>();
    for (int id = 0; id < 10; id++) {
      answers.add(before.process("k" + id, "{\"id\":" + id + "}").body());
    }
    stop();
    long effects = LedgerReader.read(ledger).effects();

    TestCaller after = start(settings);

    for (int id = 0; id < 10; id++) {
      assertThat(after.process("k" + id, "{\"id\":" + id + "}").body()).isEqualTo(answers.get(id));
      assertThat(after.process("k" + id, "{\"id\": " + id + "}").statusCode()).isEqualTo(422);
    }
    await().until(() -> LedgerReader.read(ledger).requests() == 30);
    assertThat(LedgerReader.read(ledger).effects()).isEqualTo(effects);
  }

  @Test
  void continuesALedgerThatWasCutShort() throws Exception {
    Files.createDirectories(ledger.getParent());
    Files.writeString(
        ledger,
        "{\"seq\":7,\"event\":\"received\",\"order\":\"1\",\"key\":\"k1\",\"body\":\"ff\"}\n{\"s",
        StandardOpenOption.CREATE);
    TestCaller caller = start(SampleContract.IDEMPOTENT, "0ms");

    HttpResponse<String> answer = caller.process("k1", ONE);

    assertThat(answer.body()).contains("\"reference\":\"ref-10\"");
    assertThat(events())
        .containsExactly("received 1", "abandoned 1", "received 1", "effect 1", "answered 1 200");
  }

  @Test
  void saysThatItIsUp() throws Exception {
    TestCaller caller = start(SampleContract.NEITHER, "0ms");

    assertThat(caller.get("/health").body()).isEqualTo("{\"status\":\"up\"}");
    assertThat(caller.get("/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void saysWhichPortIsTaken() {
    start(SampleContract.NEITHER, "0ms");
    int port = started.get(0).port();
    SampleApiSettings again =
        new SampleApiSettings(
            SampleContract.NEITHER, Latency.parse("0ms"), 0, 0, folder.resolve("other"), port);

    assertThatThrownBy(() -> SampleApi.start(again))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(":" + port);
  }

  private static List<Integer> statuses(TestCaller caller) {
    return IntStream.range(0, 20)
        .mapToObj(id -> caller.send("", "{\"id\":" + id + "}").join().statusCode())
        .toList();
  }

  /** The ledger once nothing is open: event, order, status, and whether it was a duplicate. */
  private List<String> events() {
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> LedgerReader.read(ledger).unansweredByWorker().isEmpty());
    List<String> events = new ArrayList<>();
    LedgerReader.forEach(ledger, entry -> events.add(describe(entry)));
    return events;
  }

  private static String describe(LedgerEntry entry) {
    return entry.event().text()
        + " "
        + entry.call().order()
        + (entry.status() == 0 ? "" : " " + entry.status())
        + (entry.delivery() == Delivery.DUPLICATE ? " dup" : "");
  }

  private TestCaller start(SampleContract contract, String latency) {
    return start(settings(contract, latency, 0, 0));
  }

  private TestCaller start(SampleApiSettings settings) {
    SampleApi api = SampleApi.start(settings);
    started.add(api);
    return new TestCaller(api);
  }

  private SampleApiSettings settings(
      SampleContract contract, String latency, int rate, double failureShare) {
    return new SampleApiSettings(contract, Latency.parse(latency), rate, failureShare, ledger, 0);
  }
}
