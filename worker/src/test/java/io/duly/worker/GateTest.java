package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.api.ApiAnswer;
import io.duly.orders.Claim;
import io.duly.orders.DueOrder;
import io.duly.orders.Maintenance;
import io.duly.orders.Pauses;
import io.duly.orders.Permits;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class GateTest {
  private Permits permits;
  private Pauses pauses;
  private Gate gate;
  private Instant now = Instant.parse("2026-11-23T10:00:00Z");

  @BeforeEach
  void open(Shop shop) {
    permits = new Permits(shop.jdbi());
    pauses = new Pauses(shop.jdbi());
    gate = gate(Duration.ZERO);
  }

  private Gate gate(Duration horizon) {
    return new Gate(
        permits,
        pauses,
        new GateSettings(
            horizon,
            5,
            Duration.ofMillis(300),
            10,
            50,
            new Maintenance("11:00-12:00", ZoneOffset.UTC),
            Duration.ofMinutes(1)),
        () -> now);
  }

  private void learn(ApiAnswer... answers) {
    for (ApiAnswer each : answers) {
      learn("1", each);
    }
  }

  private void learn(String orderId, ApiAnswer answer) {
    Claim claim = new Claim(new DueOrder(orderId, 1, 0, 1), 1, UUID.randomUUID(), 0, "{}");
    gate.learn(new Planned(claim, Moment.now(() -> now), System.nanoTime()), answer);
  }

  private static ApiAnswer askedToWait(int status, Duration wait) {
    return new ApiAnswer.NotExecuted(status, "later", wait);
  }

  private static boolean isOpen(Gate gate) {
    return gate.allows(true) > 1;
  }

  private static void awaitOpen(Gate gate) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> isOpen(gate));
  }

  @Test
  void itIsOpenAtFirst() {
    assertThat(isOpen(gate)).isTrue();
  }

  @Test
  void anApiThatAsksToWaitClosesItForEveryWorker() {
    learn(askedToWait(429, Duration.ofMinutes(1)));

    assertThat(isOpen(gate)).isFalse();
    assertThat(isOpen(gate(Duration.ZERO))).as("that of another worker").isFalse();
  }

  @Test
  void itOpensAgainWhenTheApiHasBeenLeftAloneForAsLongAsItAsked() {
    long asked = System.nanoTime();
    learn(askedToWait(503, Duration.ofSeconds(1)));
    assertThat(isOpen(gate)).isFalse();

    awaitOpen(gate);

    assertThat(Duration.ofNanos(System.nanoTime() - asked))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void theLongestOfTheWaitsHolds() {
    learn(askedToWait(429, Duration.ofMinutes(1)), askedToWait(503, Duration.ofMillis(1)));

    assertThat(isOpen(gate)).isFalse();
    assertThat(permits.isOpen(Duration.ofSeconds(50))).isFalse();
  }

  @Test
  void oneCallTooManyIsNoReasonToStop() {
    learn(new ApiAnswer.Executed(200, null, Map.of()), askedToWait(429, Duration.ofSeconds(1)));

    assertThat(isOpen(gate)).isTrue();
  }

  @Test
  void anApiThatRefusesEverybodyIsTriedWithOneOrderAtATime() {
    learn(new ApiAnswer.Misconfigured(401, "HTTP 401"));
    assertThat(gate.allows(true)).isZero();

    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> gate.allows(true) == 1);
    assertThat(gate.allows(false)).as("while that is under way").isZero();
    learn(new ApiAnswer.Executed(200, null, Map.of()));

    assertThat(isOpen(gate)).isTrue();
    assertThat(pauses.current()).isEmpty();
  }

  @Test
  void oneOrderThatIsTurnedAwayAgainAndAgainLeavesItOpen() {
    ApiAnswer notFound = new ApiAnswer.TurnedAway(404, "HTTP 404");

    learn(notFound, notFound, notFound, notFound, notFound);

    assertThat(isOpen(gate)).isTrue();
    assertThat(pauses.current()).isEmpty();
    assertThat(gate.isPaused()).isFalse();
  }

  @Test
  void threeOrdersThatAreTurnedAwayInARowCloseItAndSingleOrdersAreTried() {
    ApiAnswer notFound = new ApiAnswer.TurnedAway(404, "HTTP 404");
    ApiAnswer executed = new ApiAnswer.Executed(200, null, Map.of());
    learn("1", notFound);
    learn("2", notFound);
    learn("3", executed);
    learn("4", notFound);
    learn("5", notFound);
    assertThat(isOpen(gate)).isTrue();

    learn("6", notFound);

    assertThat(gate.allows(true)).isZero();
    assertThat(gate.isPaused()).isTrue();
    assertThat(pauses.current().orElseThrow().reason()).contains("404");
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> gate.allows(true) == 1);
    learn("7", executed);
    assertThat(isOpen(gate)).isTrue();
  }

  @Test
  void anOrderOfWhichNoRequestCanBeMadeSaysNothingOfTheApi() {
    for (int id = 1; id <= 10; id++) {
      learn(String.valueOf(id), new ApiAnswer.TurnedAway(null, "no request can be made of it"));
    }

    assertThat(isOpen(gate)).isTrue();
  }

  @Test
  void claimsMadeBeforeItClosedAreNotSent() {
    long before = System.nanoTime();

    learn(new ApiAnswer.Misconfigured(401, "HTTP 401"));

    assertThat(gate.maySend(before)).isFalse();
    assertThat(gate.maySend(System.nanoTime())).isTrue();
  }

  @Test
  void tooManyFailuresCloseItUntilAPersonOpensIt() {
    for (int i = 0; i < 10; i++) {
      learn(new ApiAnswer.Refused(402, "declined", null, Map.of()));
    }

    assertThat(gate.allows(true)).isZero();
    assertThat(pauses.current().orElseThrow().probes()).isFalse();
    pauses.resume();
    awaitOpen(gate);
  }

  @Test
  void someUnansweredCallsInARowCloseIt() {
    ApiAnswer unclear = new ApiAnswer.Ambiguous(500, "HTTP 500", Duration.ZERO);
    learn(unclear, unclear, unclear, unclear);
    assertThat(isOpen(gate)).isTrue();

    learn(unclear);

    assertThat(isOpen(gate)).isFalse();
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> gate.allows(true) == 1);
    ApiAnswer executed = new ApiAnswer.Executed(200, null, Map.of());
    learn(executed, executed, executed);
    assertThat(isOpen(gate)).isTrue();
  }

  @Test
  void itIsClosedFromInTimeBeforeAMaintenanceToItsEnd() {
    assertThat(isOpen(gate)).isTrue();

    now = Instant.parse("2026-11-23T10:59:30Z");
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !isOpen(gate));
    now = Instant.parse("2026-11-23T12:00:00Z");

    awaitOpen(gate);
  }

  @Test
  void resultsAndWithheldCallsLeaveItOpen() {
    learn(
        new ApiAnswer.Executed(200, null, Map.of()),
        new ApiAnswer.Refused(402, "declined", null, Map.of()),
        new ApiAnswer.Withheld("the time to send had passed"));

    assertThat(isOpen(gate)).isTrue();
  }

  @Test
  void thePaceOfPacedCallsDoesNotCloseIt() {
    Gate paced = gate(Pace.FARTHEST);
    assertThat(new Pace(permits, 2).take("main", 1, 0)).isPresent();

    assertThat(isOpen(paced)).isTrue();
  }
}
