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
    int first = mark(1, Witnesses.LOG);
    int second = mark(1, Witnesses.TOPIC);

    assertThat(first).isZero();
    assertThat(second).isEqualTo(1);
    assertThat(shop.runs().confirmed(Shop.RUN).results()).isEqualTo(1);
  }

  @Test
  void countsAWitnessThatIsSeenTwiceOnce() {
    mark(1, Witnesses.TOPIC);
    mark(1, Witnesses.TOPIC);
    mark(1, Witnesses.LOG);

    int again = mark(1, Witnesses.LOG) + mark(1, Witnesses.LOG | Witnesses.TOPIC);

    assertThat(again).isZero();
    assertThat(shop.attempt(1, 1, "witness")).isEqualTo("3");
  }

  @Test
  void asksForNewWitnessesOfALaterResult() {
    mark(1, Witnesses.LOG | Witnesses.TOPIC);

    shop.record(claim, Outcome.COMPLETED);

    assertThat(shop.runs().confirmed(Shop.RUN).results()).isZero();
    assertThat(mark(1, Witnesses.LOG | Witnesses.TOPIC)).as("the doubt's").isZero();
    assertThat(mark(2, Witnesses.LOG | Witnesses.TOPIC)).as("the answer's").isEqualTo(1);
  }

  @Test
  void ignoresSightingsOfWhatIsNotThere() {
    int confirmed =
        shop.jdbi()
            .inTransaction(
                handle ->
                    new Witnesses(shop.table())
                        .mark(
                            handle,
                            List.of(new Sighting("1", 9, 1, 3), new Sighting("8", 1, 1, 3))));

    assertThat(confirmed).isZero();
    assertThat(shop.attempt(1, 1, "witness")).isEqualTo("0");
  }

  private int mark(int transition, int bits) {
    return shop.jdbi()
        .inTransaction(
            handle ->
                new Witnesses(shop.table())
                    .mark(handle, List.of(new Sighting("1", 1, transition, bits))));
  }
}
