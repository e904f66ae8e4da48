package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TempoTest {
  private final Tempo tempo = new Tempo();

  @Test
  void tellsTheTimeByTheRateOfTheLastMinutes() {
    at(0, 0);
    at(100, 1_000);
    at(400, 1_300);
    at(500, 1_400);

    assertThat(tempo.timeFor(100)).contains(Duration.ofSeconds(100));
  }

  @Test
  void nobodyKnowsAtTheBeginning() {
    at(0, 0);
    at(2, 100);

    assertThat(tempo.timeFor(100)).isEmpty();
  }

  @Test
  void nobodyKnowsWhileNothingGetsDone() {
    at(0, 40);
    at(60, 40);

    assertThat(tempo.timeFor(100)).isEmpty();
  }

  @Test
  void whatIsDoneTakesNoTime() {
    at(0, 40);

    assertThat(tempo.timeFor(0)).contains(Duration.ZERO);
  }

  @Test
  void isStillWhenNothingGotDoneForAsLongAsItLooksBack() {
    at(0, 0);
    at(60, 40);
    at(239, 40);
    assertThat(tempo.isStill()).isFalse();

    at(240, 40);

    assertThat(tempo.isStill()).isTrue();
    at(242, 41);
    assertThat(tempo.isStill()).isFalse();
  }

  @Test
  void aRestIsNoStandstill() {
    at(0, 40);
    at(100, 40);
    tempo.rest(Duration.ofSeconds(100).toNanos());
    at(200, 40);
    assertThat(tempo.isStill()).isFalse();

    at(280, 40);

    assertThat(tempo.isStill()).isTrue();
  }

  private void at(long seconds, long done) {
    tempo.add(Duration.ofSeconds(seconds).toNanos(), done);
  }
}
