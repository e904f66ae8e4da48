package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Witnesses;
import io.duly.orders.Witnesses.Marked;
import io.duly.orders.Witnesses.Sighting;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfirmationsTest {
  private static final int MOST = 100_000;
  private static final ResultKey KEY = new ResultKey("7", 1, 1);

  private final Confirmations confirmations = new Confirmations();

  @Test
  void bothWitnessesBetweenTwoSavesAreOneSighting() {
    confirmations.seenInTopic(KEY);
    confirmations.seenInLog(KEY);

    assertThat(confirmations.sightings())
        .containsExactly(new Sighting("7", 1, 1, Witnesses.LOG | Witnesses.TOPIC));
    assertThat(confirmations.isUntold(KEY, System.nanoTime())).isFalse();
  }

  @Test
  void whatIsNotThereYetIsSavedAgain() {
    ResultKey other = new ResultKey("8", 1, 1);
    confirmations.seenInLog(KEY);
    confirmations.seenInLog(other);

    confirmations.saved(new Marked(List.of(new Sighting("8", 1, 1, Witnesses.LOG)), List.of()));
    confirmations.seenInTopic(other);

    assertThat(confirmations.sightings()).containsExactly(new Sighting("8", 1, 1, 3));
    confirmations.saved(Marked.NONE);
    assertThat(confirmations.sightings()).isEmpty();
  }

  @Test
  void whatTheTopicTellsOfResultsThatNoDatabaseHasIsNotKept() {
    confirmations.seenInTopic(KEY);

    confirmations.saved(new Marked(List.of(new Sighting("7", 1, 1, Witnesses.TOPIC)), List.of()));

    assertThat(confirmations.unsaved()).isZero();
  }

  @Test
  void whatOnlyTheLogHasShownIsUntoldUntilSomebodyTellsIt() {
    confirmations.seenInLog(KEY);
    assertThat(confirmations.untold(-1, 10)).containsExactly(KEY);

    confirmations.told(List.of(KEY));

    assertThat(confirmations.untold(-1, 10)).isEmpty();
  }

  @Test
  void whatTheLogShowsAgainAndTheDatabaseKnowsIsNotUntold() {
    confirmations.seenInLog(KEY);

    confirmations.known(List.of(KEY, new ResultKey("8", 1, 1)));

    assertThat(confirmations.untold(-1, 10)).isEmpty();
    assertThat(confirmations.isUntold(KEY, System.nanoTime())).isFalse();
  }

  @Test
  void whatTheLogShowsAgainAfterTheTopicWasNotUntoldBefore() {
    confirmations.seenInLog(KEY);
    long planned = System.nanoTime();
    confirmations.seenInTopic(KEY);

    confirmations.seenInLog(KEY);

    assertThat(confirmations.isUntold(KEY, planned)).isFalse();
  }

  @Test
  void whatOnlyTheTopicHasShownIsNotUntold() {
    confirmations.seenInTopic(KEY);

    assertThat(confirmations.untold(-1, 10)).isEmpty();
  }

  @Test
  void theSameWitnessTwiceIsOneWitness() {
    confirmations.seenInLog(KEY);

    confirmations.seenInLog(KEY);

    assertThat(confirmations.isUntold(KEY, System.nanoTime())).isTrue();
  }

  @Test
  void whatTheDatabaseHasFromBothIsWaitedForNoMore() {
    ResultKey other = new ResultKey("8", 1, 1);
    confirmations.seenInLog(KEY);
    confirmations.seenInTopic(other);

    confirmations.saved(
        new Marked(
            List.of(),
            List.of(
                new Sighting("7", 1, 1, Witnesses.LOG), new Sighting("8", 1, 1, Witnesses.TOPIC))));

    assertThat(confirmations.open()).isZero();
    assertThat(confirmations.untold(-1, 10)).isEmpty();
  }

  @Test
  void resultsThatCannotBeToldYetDoNotKeepOthersFromIt() {
    ResultKey other = new ResultKey("8", 1, 1);
    confirmations.seenInLog(KEY);
    confirmations.seenInLog(other);

    assertThat(confirmations.untold(-1, 1)).containsExactly(KEY);
    assertThat(confirmations.untold(-1, 1)).containsExactly(other);
    assertThat(confirmations.untold(-1, 1)).containsExactly(KEY);
  }

  @Test
  void whatALaterResultHasReplacedIsForgottenAfterAWhile() {
    confirmations.seenInLog(KEY);

    confirmations.gone(List.of(KEY), Duration.ofMinutes(1).toNanos());
    assertThat(confirmations.open()).as("it may not be visible yet").isEqualTo(1);
    confirmations.gone(List.of(KEY, new ResultKey("8", 1, 1)), -1);

    assertThat(confirmations.open()).isZero();
  }

  @Test
  void theLogWaitsWhereItIsTooFarAhead() {
    for (int i = 0; i < MOST; i++) {
      confirmations.seenInLog(new ResultKey(String.valueOf(i), 1, 1));
    }
    assertThat(confirmations.isFull()).isTrue();

    confirmations.seenInTopic(new ResultKey("0", 1, 1));

    assertThat(confirmations.isFull()).isFalse();
  }

  /** The log of a run has to pass although the topic holds any number of events of another. */
  @Test
  void ofWhatTheTopicAloneHasShownTheEldestIsForgotten() {
    for (int i = 0; i < MOST + 2; i++) {
      confirmations.seenInTopic(new ResultKey(String.valueOf(i), 1, 1));
    }
    assertThat(confirmations.open()).isEqualTo(MOST);
    assertThat(confirmations.isFull()).isFalse();

    confirmations.seenInLog(new ResultKey("2", 1, 1));

    assertThat(confirmations.open()).isEqualTo(MOST - 1);
  }
}
