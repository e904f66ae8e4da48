package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.api.ApiAnswer;
import io.duly.orders.Permits;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class GateTest {
  private Permits permits;
  private Gate gate;

  @BeforeEach
  void open(Shop shop) {
    permits = new Permits(shop.jdbi());
    gate = new Gate(permits, Duration.ZERO);
  }

  private static ApiAnswer askedToWait(Duration wait) {
    return new ApiAnswer.NotExecuted(429, "too many requests", wait);
  }

  private static void awaitOpen(Gate gate) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(10))
        .until(gate::isOpen);
  }

  @Test
  void itIsOpenAtFirst() {
    assertThat(gate.isOpen()).isTrue();
  }

  @Test
  void anApiThatAsksToWaitClosesItForEveryWorker() {
    gate.learn(askedToWait(Duration.ofMinutes(1)));

    assertThat(gate.isOpen()).isFalse();
    assertThat(new Gate(permits, Duration.ZERO).isOpen()).as("that of another worker").isFalse();
  }

  @Test
  void itOpensAgainWhenTheApiHasBeenLeftAloneForAsLongAsItAsked() {
    long asked = System.nanoTime();
    gate.learn(askedToWait(Duration.ofSeconds(1)));
    gate.isOpen();

    awaitOpen(gate);

    assertThat(Duration.ofNanos(System.nanoTime() - asked))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void theLongestOfTheWaitsHolds() {
    gate.learn(askedToWait(Duration.ofMinutes(1)));
    gate.learn(askedToWait(Duration.ofMillis(1)));

    assertThat(gate.isOpen()).isFalse();
    assertThat(permits.isOpen(Duration.ofSeconds(50))).isFalse();
  }

  @Test
  void anApiThatRefusesEverybodyClosesIt() {
    gate.learn(new ApiAnswer.Misconfigured(401, "HTTP 401"));

    assertThat(gate.isOpen()).isFalse();
  }

  @Test
  void resultsAndWithheldCallsLeaveItOpen() {
    gate.learn(new ApiAnswer.Executed(200, null));
    gate.learn(new ApiAnswer.Refused(402, "declined", null));
    gate.learn(new ApiAnswer.Ambiguous(500, "HTTP 500", Duration.ZERO));
    gate.learn(new ApiAnswer.Withheld("the time to send had passed"));

    assertThat(gate.isOpen()).isTrue();
  }

  @Test
  void thePaceOfPacedCallsDoesNotCloseIt() {
    Gate paced = new Gate(permits, Duration.ofSeconds(1));
    new Pace(permits, 2).take(1);

    assertThat(paced.isOpen()).isTrue();
  }
}
