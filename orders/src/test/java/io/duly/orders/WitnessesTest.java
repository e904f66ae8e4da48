package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Witnesses.Sighting;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class WitnessesTest {
  private final Shop shop;
  private Claim claim;

  WitnessesTest(Shop shop) {
    this.shop = shop;
  }

  @BeforeEach
  void doubtAnOrder() {
    shop.pending(1);
    claim = shop.claim(Contract.LOOKUP, 1);
    shop.record(claim, Outcome.IN_DOUBT);
  }

  @Test
  void confirmsAResultThatBothHaveSeen() {
    mark(1, Witnesses.LOG);
    assertThat(shop.runs().confirmed(Shop.RUN).results()).isZero();

    mark(1, Witnesses.TOPIC);

    assertThat(shop.runs().confirmed(Shop.RUN).results()).isEqualTo(1);
  }

  @Test
  void countsAWitnessThatIsSeenTwiceOnce() {
    mark(1, Witnesses.TOPIC);
    mark(1, Witnesses.TOPIC);
    mark(1, Witnesses.LOG);

    mark(1, Witnesses.LOG);

    assertThat(shop.attempt(1, 1, "witness")).isEqualTo("3");
  }

  @Test
  void asksForNewWitnessesOfALaterResult() {
    mark(1, Witnesses.LOG | Witnesses.TOPIC);

    shop.record(claim, Outcome.COMPLETED);

    assertThat(shop.runs().confirmed(Shop.RUN).results()).isZero();
    assertThat(mark(1, Witnesses.LOG | Witnesses.TOPIC).missing()).as("the doubt's").isEmpty();
    assertThat(shop.runs().confirmed(Shop.RUN).results()).isZero();
    assertThat(mark(2, Witnesses.LOG | Witnesses.TOPIC).missing()).as("the answer's").isEmpty();
    assertThat(shop.runs().confirmed(Shop.RUN).results()).isEqualTo(1);
  }

  @Test
  void tellsWhichResultsAreNotThere() {
    List<Sighting> given =
        List.of(
            new Sighting("1", 1, 1, 3),
            new Sighting("1", 1, 2, 1),
            new Sighting("1", 9, 1, 3),
            new Sighting("8", 1, 1, 2));

    assertThat(mark(given).missing()).containsExactlyInAnyOrderElementsOf(given.subList(1, 4));
  }

  @Test
  void tellsWhatTheOtherWitnessHasSeenBefore() {
    assertThat(mark(1, Witnesses.TOPIC).done()).isEmpty();

    assertThat(mark(1, Witnesses.LOG).done()).containsExactly(new Sighting("1", 1, 1, 1));
    assertThat(mark(1, Witnesses.LOG).done()).as("once more").hasSize(1);
    assertThat(mark(1, Witnesses.LOG | Witnesses.TOPIC).done()).as("known by itself").isEmpty();
  }

  @Test
  void tellsWhichResultsWereReplacedByALaterOne() {
    shop.record(claim, Outcome.COMPLETED);

    assertThat(mark(1, Witnesses.LOG).done()).containsExactly(new Sighting("1", 1, 1, 1));
    assertThat(mark(2, Witnesses.LOG).done()).isEmpty();
  }

  private Witnesses.Marked mark(int transition, int bits) {
    return mark(List.of(new Sighting("1", 1, transition, bits)));
  }

  private Witnesses.Marked mark(List<Sighting> sightings) {
    return shop.jdbi().inTransaction(handle -> new Witnesses(shop.table()).mark(handle, sightings));
  }
}
