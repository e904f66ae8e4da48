package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Pauses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker does with an API that serves nobody, and with a pause. */
@ExtendWith(ShopExtension.class)
@Tag("alone")
class OutageTest {
  private Shop shop;
  private Pauses pauses;

  @BeforeEach
  void open(Shop given) {
    shop = given;
    pauses = new Pauses(shop.jdbi());
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(20))
        .until(condition);
  }

  private void awaitCompleted(int orders) {
    await(
        () -> {
          shop.publishDueRetries();
          return shop.count("COMPLETED") == orders;
        });
  }

  private int burned() {
    return shop.ask(
        "SELECT count(*) FROM duly.attempt WHERE outcome NOT IN ('NOT_EXECUTED', 'TURNED_AWAY', 'RELEASED', 'COMPLETED')",
        Integer.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 404})
  void anExpiredCredentialOrAWrongPathPausesCallsUntilTheApiAcceptsThemAgain(int status) {
    shop.due(500);

    try (MoodyApi api = MoodyApi.thatAnswers(status);
        Worker worker = shop.worker(api.url(), "limits.probe-interval", "500ms")) {
      await(() -> pauses.current().isPresent() && api.requests() > 17);
      int asked = api.requests();
      assertThat(pauses.current().orElseThrow().reason()).contains("HTTP " + status);
      assertThat(asked).as("calls under way at once, and few probes").isLessThan(60);
      api.answer(200);
      awaitCompleted(500);
      assertThat(worker.failures()).isEmpty();
    }

    assertThat(pauses.current()).isEmpty();
    assertThat(burned()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "7,107,207,307,407"})
  void ordersThatAloneAreTurnedAwayAreLeftToAPersonAndNoOtherWaitsForThem(String ids) {
    long[] bad = Arrays.stream(ids.split(",", -1)).mapToLong(Long::parseLong).toArray();
    List<String> reasons = new CopyOnWriteArrayList<>();
    shop.due(500);
    String[] settings = {
      "retry.first-wait", "50ms", "retry.max-wait", "200ms", "retry.max-attempts", "3"
    };

    try (MoodyApi api = MoodyApi.thatAnswers(200)) {
      api.answerFor(404, bad);
      try (Worker worker = shop.worker(api.url(), settings)) {
        await(
            () -> {
              shop.publishDueRetries();
              pauses.current().ifPresent(pause -> reasons.add(pause.reason()));
              return shop.settled() == 500;
            });
        assertThat(worker.failures()).isEmpty();
      }
      assertThat(api.requests()).isEqualTo(500 - bad.length + 3 * bad.length);
    }

    assertThat(reasons).as("pauses").isEmpty();
    assertThat(shop.count("COMPLETED")).isEqualTo(500 - bad.length);
    assertThat(shop.count("IN_DOUBT")).isEqualTo(bad.length);
    assertThat(shop.statuses()).containsEntry("7", "IN_DOUBT");
    assertThat(lastReason(7)).isEqualTo("attempts exhausted");
  }

  private String lastReason(long id) {
    return shop.ask(
        "SELECT reason FROM duly.attempt WHERE order_id = ? ORDER BY attempt DESC LIMIT 1",
        String.class,
        id);
  }

  @Test
  void manyFailuresPauseCallsUntilAPersonResumesThem() {
    shop.due(1000);

    try (MoodyApi api = MoodyApi.thatAnswers(402);
        Worker worker = shop.worker(api.url(), "limits.failure-window", "50")) {
      await(() -> pauses.current().isPresent() && shop.count("PROCESSING") == 0);
      assertThat(pauses.current().orElseThrow().reason()).contains("FAILED");
      assertThat(shop.count("FAILED")).isBetween(50L, 100L);
      long failed = shop.count("FAILED");
      api.answer(200);
      assertThat(pauses.resume()).isTrue();
      awaitCompleted(1000 - (int) failed);
      assertThat(worker.failures()).isEmpty();
    }
  }

  @Test
  void anApiThatNeverAnswersPutsFewOrdersInDoubt() {
    shop.due(2000);

    try (MoodyApi api = MoodyApi.thatIsSilent();
        Worker worker =
            shop.worker(api.url(), "api.timeout", "300ms", "limits.probe-interval", "1s")) {
      await(() -> shop.count("IN_DOUBT") >= 20);
      int doubts = (int) shop.count("IN_DOUBT");
      assertThat(doubts).as("16 under way, then one by one").isLessThan(30);
      api.answer(200);
      await(
          () -> {
            shop.publishDueRetries();
            return shop.settled() == 2000;
          });
      assertThat(shop.count("IN_DOUBT")).isLessThan(30);
      assertThat(worker.failures()).isEmpty();
    }
  }

  @Test
  void aPauseReachesAWorkerWithinTwoSecondsAndAResumeToo() {
    shop.due(3000);
    List<Duration> stops = new ArrayList<>();
    List<Duration> starts = new ArrayList<>();

    try (MoodyApi api = MoodyApi.thatAnswers(200);
        Worker worker = shop.worker(api.url(), "api.rate", "200")) {
      await(() -> shop.settled() > 100);
      for (int round = 0; round < 3; round++) {
        stops.add(took(() -> pauses.pause("by ann"), () -> shop.count("PROCESSING") == 0));
        int asked = api.requests();
        starts.add(took(pauses::resume, () -> api.requests() > asked));
      }
      assertThat(worker.failures()).isEmpty();
    }

    System.out.printf("stopped after %s, started after %s%n", stops, starts);
    assertThat(Collections.min(stops)).isLessThan(Duration.ofSeconds(2));
    assertThat(Collections.min(starts)).isLessThan(Duration.ofSeconds(2));
    assertThat(burned()).isZero();
  }

  private static Duration took(Runnable order, Callable<Boolean> obeyed) {
    long began = System.nanoTime();
    order.run();
    await(obeyed);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  @Test
  void noMoreCallsAreMadeOnADayThanItsQuotaHas() {
    shop.due(300);
    String[] settings = {"api.daily-quota", "120"};

    try (MoodyApi api = MoodyApi.thatAnswers(200);
        Worker one = shop.worker(api.url(), settings);
        Worker two = shop.worker(api.url(), settings)) {
      await(() -> shop.settled() == 120);
      shop.execute("UPDATE duly.permit SET quota_day = quota_day - 1");
      await(() -> shop.settled() == 240);
      assertThat(api.requests()).isEqualTo(240);
      assertThat(one.failures()).isEmpty();
      assertThat(two.failures()).isEmpty();
    }

    assertThat(shop.count("PENDING")).isEqualTo(60);
  }
}
