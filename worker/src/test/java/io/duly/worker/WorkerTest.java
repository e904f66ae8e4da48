package io.duly.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Aside;
import io.duly.orders.ResultEvent;
import io.duly.sandbox.Latency;
import io.duly.sandbox.LedgerReader;
import io.duly.sandbox.LedgerSummary;
import io.duly.sandbox.SampleApi;
import io.duly.sandbox.SampleApiSettings;
import io.duly.sandbox.SampleContract;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole workers with a real database, a real broker and an API that keeps books. */
@ExtendWith(ShopExtension.class)
class WorkerTest {
  private Shop shop;

  @BeforeEach
  void open(Shop given) {
    shop = given;
  }

  private SampleApi api(String latency, int rate, double failures, int port) {
    return SampleApi.start(
        new SampleApiSettings(
            SampleContract.NEITHER, Latency.parse(latency), rate, failures, shop.ledger(), port));
  }

  private SampleApi api(String latency) {
    return api(latency, 0, 0.1, 0);
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(20))
        .until(condition);
  }

  private void awaitDone(int orders) {
    await(() -> shop.settled() == orders && shop.topic().lag() == 0);
  }

  private LedgerSummary books() {
    return LedgerReader.read(shop.ledger());
  }

  private static Map<String, String> outcomes(List<ResultEvent> events) {
    return events.stream()
        .collect(Collectors.toMap(ResultEvent::orderId, each -> each.outcome().name()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void eachOrderIsCalledOnceAndToldOnceUnderBothGroupProtocols(String protocol) {
    shop.due(500);

    try (SampleApi api = api("2ms");
        Worker worker = shop.worker(api.url().toString(), "kafka.group.protocol", protocol)) {
      awaitDone(500);
      assertThat(worker.failures()).isEmpty();
    }

    assertThat(outcomes(shop.events())).isEqualTo(shop.statuses());
    assertThat(shop.events()).hasSize(500);
    assertThat(shop.count("FAILED")).isBetween(10L, 120L);
    assertThat(books().callsByOrder()).hasSize(500).allSatisfy((id, calls) -> once(id, calls));
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void isReadyWhileItIsAMemberOfItsGroup(String protocol) {
    Aside aside = new Aside(shop.jdbi());

    try (SampleApi api = api("0ms");
        Worker worker = shop.worker(api.url().toString(), "kafka.group.protocol", protocol)) {
      await(worker::isReady);
      aside.ask(Duration.ofMinutes(1));
      await(() -> !worker.isReady());
      assertThat(worker.isAlive()).isTrue();
      aside.end();
      await(worker::isReady);
    }
  }

  @Test
  void theTraceThatARecordTellsGoesOnInItsCallAndItsResult() {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    shop.due(1);
    shop.due(2, "traceparent", trace);
    shop.due(3, "traceparent", "no trace, ".repeat(50_000));

    try (Arrivals api = new Arrivals();
        Worker worker = shop.worker(api.url())) {
      awaitDone(3);
      assertThat(worker.failures()).isEmpty();
      assertThat(api.traces()).containsExactly(trace);
    }

    assertThat(shop.results())
        .extracting(each -> each.headers().lastHeader("traceparent"))
        .filteredOn(each -> each != null)
        .singleElement()
        .satisfies(each -> assertThat(new String(each.value(), UTF_8)).isEqualTo(trace));
  }

  private static void once(String id, int calls) {
    assertThat(calls).as("calls of order " + id).isEqualTo(1);
  }

  @Test
  void aTopicReadAgainFromItsStartCallsAndTellsNothing() throws Exception {
    shop.due(200);
    try (SampleApi api = api("0ms")) {
      try (Worker first = shop.worker(api.url().toString())) {
        awaitDone(200);
        assertThat(first.failures()).isEmpty();
      }
      List<ResultEvent> told = shop.events();
      shop.topic().rewind();

      try (Worker second = shop.worker(api.url().toString())) {
        await(() -> shop.topic().lag() == 0);
        assertThat(second.failures()).isEmpty();
      }

      assertThat(books().requests()).isEqualTo(200);
      assertThat(shop.events()).hasSameElementsAs(told).hasSize(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void workersThatComeAndGoLoseNoOrderAndCallNoneTwice(String protocol) {
    shop.due(1500);
    String[] settings = {"kafka.group.protocol", protocol, "api.concurrency", "8"};

    try (SampleApi api = api("20ms")) {
      String url = api.url().toString();
      Worker first = shop.worker(url, settings);
      await(() -> shop.settled() > 100);
      try (Worker second = shop.worker(url, settings)) {
        await(() -> shop.settled() > 400);
        first.close();
        await(() -> shop.settled() > 600);
        try (Worker third = shop.worker(url, settings)) {
          awaitDone(1500);
          assertThat(third.failures()).isEmpty();
        }
        assertThat(second.failures()).isEmpty();
      } finally {
        first.close();
      }
    }

    assertThat(books().callsByOrder()).hasSize(1500).allSatisfy((id, calls) -> once(id, calls));
    assertThat(shop.count("COMPLETED") + shop.count("FAILED")).isEqualTo(1500);
    assertThat(shop.events()).extracting(ResultEvent::orderId).doesNotHaveDuplicates();
  }

  @Test
  void aWorkerThatStopsFinishesItsCallsAndGivesBackTheRest() {
    int orders = 1_200; // far more than are done before the stop is under way
    shop.due(orders);
    try (SampleApi api = api("300ms")) {
      // a stop may fall just between two claims, when there is nothing to give back
      for (int stops = 0; released() == 0; stops++) {
        assertThat(stops).as("stops that gave nothing back").isLessThan(4);
        long before = shop.settled();
        Worker stopping = shop.worker(api.url().toString());
        await(() -> shop.settled() > before + 64);

        stopping.close();

        assertThat(books().unansweredByWorker()).as("calls cut off").isEmpty();
        assertThat(shop.count("PROCESSING")).isZero();
      }
      try (Worker other = shop.worker(api.url().toString(), "api.concurrency", "128")) {
        awaitDone(orders);
        assertThat(other.failures()).isEmpty();
      }
    }

    assertThat(books().callsByOrder()).hasSize(orders).allSatisfy((id, calls) -> once(id, calls));
    assertThat(outcomes(shop.events())).isEqualTo(shop.statuses());
  }

  private long released() {
    return shop.ask("SELECT count(*) FROM duly.attempt WHERE outcome = 'RELEASED'", Long.class);
  }

  @Test
  void noOrderFailsWhileTheApiIsDown() throws Exception {
    shop.due(100);
    int port = closedPort();

    try (Worker worker =
        shop.worker(
            "http://127.0.0.1:" + port, "retry.first-wait", "50ms", "retry.max-wait", "1s")) {
      await(() -> shop.ask("SELECT count(*) FROM duly.retry", Long.class) > 0);
      assertThat(shop.settled()).isZero();
      try (SampleApi api = api("0ms", 0, 0, port)) {
        assertThat(api.port()).isEqualTo(port);
        await(
            () -> {
              shop.publishDueRetries();
              return shop.count("COMPLETED") == 100 && shop.topic().lag() == 0;
            });
      }
      assertThat(worker.failures()).isEmpty();
    }

    assertThat(books().callsByOrder()).hasSize(100).allSatisfy((id, calls) -> once(id, calls));
  }

  private static int closedPort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void anApiThatTurnsCallsAwayExecutesAllOrdersInTheEnd() {
    shop.due(300);

    try (SampleApi api = api("1ms", 100, 0, 0);
        Worker worker = shop.worker(api.url().toString(), "retry.first-wait", "50ms")) {
      await(
          () -> {
            shop.publishDueRetries();
            return shop.count("COMPLETED") == 300 && shop.topic().lag() == 0;
          });
      assertThat(worker.failures()).isEmpty();
    }

    assertThat(books().rejected()).isPositive();
    assertThat(books().effectsByOrder()).hasSize(300).allSatisfy((id, calls) -> once(id, calls));
  }
}
