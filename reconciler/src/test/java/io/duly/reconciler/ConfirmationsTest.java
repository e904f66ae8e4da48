package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Witnesses;
import io.duly.orders.Witnesses.Sighting;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfirmationsTest {
  private static final ResultKey KEY = new ResultKey("7", 1, 1);

  private final Confirmations confirmations = new Confirmations();

  @Test
  void bothWitnessesBetweenTwoSavesAreOneSighting() {
    confirmations.seen(KEY, Witnesses.TOPIC);
    confirmations.seen(KEY, Witnesses.LOG);

    assertThat(confirmations.sightings())
        .containsExactly(new Sighting("7", 1, 1, Witnesses.LOG | Witnesses.TOPIC));
    assertThat(confirmations.isUntold(KEY, System.nanoTime())).isFalse();
  }

  @Test
  void whatIsNotThereYetIsSavedAgain() {
    ResultKey other = new ResultKey("8", 1, 1);
    confirmations.seen(KEY, Witnesses.LOG);
    confirmations.seen(other, Witnesses.LOG);

    confirmations.saved(List.of(new Sighting("8", 1, 1, Witnesses.LOG)));
    confirmations.seen(other, Witnesses.TOPIC);

    assertThat(confirmations.sightings()).containsExactly(new Sighting("8", 1, 1, 3));
    confirmations.saved(List.of());
    assertThat(confirmations.sightings()).isEmpty();
  }

  @Test
  void whatOnlyTheLogHasShownIsUntoldUntilSomebodyTellsIt() {
    confirmations.seen(KEY, Witnesses.LOG);
    assertThat(confirmations.untold(-1, 10)).containsExactly(KEY);

    confirmations.told(List.of(KEY));

    assertThat(confirmations.untold(-1, 10)).isEmpty();
  }

  @Test
  void whatTheLogShowsAgainAndTheDatabaseKnowsIsNotUntold() {
    confirmations.seen(KEY, Witnesses.LOG);

    confirmations.known(List.of(KEY, new ResultKey("8", 1, 1)));

    assertThat(confirmations.untold(-1, 10)).isEmpty();
    assertThat(confirmations.isUntold(KEY, System.nanoTime())).isFalse();
  }

  @Test
  void whatTheLogShowsAgainAfterTheTopicWasNotUntoldBefore() {
    confirmations.seen(KEY, Witnesses.LOG);
    long planned = System.nanoTime();
    confirmations.seen(KEY, Witnesses.TOPIC);

    confirmations.seen(KEY, Witnesses.LOG);

    assertThat(confirmations.isUntold(KEY, planned)).isFalse();
  }

  @Test
  void whatOnlyTheTopicHasShownIsNotUntold() {
    confirmations.seen(KEY, Witnesses.TOPIC);

    assertThat(confirmations.untold(-1, 10)).isEmpty();
  }

  @Test
  void theSameWitnessTwiceIsOneWitness() {
    confirmations.seen(KEY, Witnesses.LOG);

    confirmations.seen(KEY, Witnesses.LOG);

    assertThat(confirmations.isUntold(KEY, System.nanoTime())).isTrue();
  }

  @Test
  void whoIsTooFarAheadWaits() {
    for (int i = 0; i < 100_000; i++) {
      confirmations.seen(new ResultKey(String.valueOf(i), 1, 1), Witnesses.LOG);
    }
    assertThat(confirmations.isFull(Witnesses.LOG)).isTrue();
    assertThat(confirmations.isFull(Witnesses.TOPIC)).isFalse();

    confirmations.seen(new ResultKey("0", 1, 1), Witnesses.TOPIC);

    assertThat(confirmations.isFull(Witnesses.LOG)).isFalse();
  }
}
