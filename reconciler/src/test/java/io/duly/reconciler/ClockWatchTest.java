package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockWatchTest {
  private long nanos;
  private Instant instant = Instant.parse("2026-11-23T10:00:00Z");
  private Duration answerTakes = Duration.ofMillis(1);
  private final ClockWatch watch = new ClockWatch(this::answer, () -> nanos);

  private Instant answer() {
    pass(answerTakes);
    return instant;
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
    instant = instant.plus(time);
  }

  private void lookFor(Duration time) {
    for (long i = 0; i < time.toSeconds(); i++) {
      pass(Duration.ofSeconds(1));
      watch.look();
    }
  }

  @Test
  void aClockThatGoesAsTimeDoesIsEvenSinceItsFirstLook() {
    assertThat(watch.look()).isFalse();
    assertThat(watch.evenFor()).isZero();

    lookFor(Duration.ofMinutes(1));

    assertThat(watch.evenFor()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(61));
  }

  @ParameterizedTest
  @ValueSource(longs = {600, 2, -2, -600})
  void aStepStartsTheWatchAnew(long seconds) {
    watch.look();
    lookFor(Duration.ofMinutes(1));

    instant = instant.plusSeconds(seconds);

    assertThat(watch.look()).isFalse();
    assertThat(watch.evenFor()).isZero();
    assertThat(watch.look()).isTrue();
  }

  @Test
  void aPauseOfThisProcessIsNoStepUnlessItsOwnClockStoodStill() {
    watch.look();
    pass(Duration.ofHours(1));
    assertThat(watch.look()).isTrue();

    instant = instant.plus(Duration.ofHours(1)); // as seen by a machine that was suspended

    assertThat(watch.look()).isFalse();
  }

  @Test
  void anAnswerThatTakesLongProvesNothingAndSpoilsNothing() {
    watch.look();
    lookFor(Duration.ofMinutes(1));

    answerTakes = Duration.ofSeconds(2);

    assertThat(watch.look()).isFalse();
    assertThat(watch.evenFor()).isZero();
    answerTakes = Duration.ofMillis(1);
    assertThat(watch.look()).isTrue();
    assertThat(watch.evenFor()).isGreaterThan(Duration.ofSeconds(60));
  }

  @Test
  void aStepBehindAnAnswerThatTakesLongIsSeen() {
    watch.look();
    answerTakes = Duration.ofSeconds(2);
    watch.look();
    instant = instant.plusSeconds(600);
    answerTakes = Duration.ofMillis(1);

    assertThat(watch.look()).isFalse();
  }
}
