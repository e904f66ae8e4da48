package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class PausesTest {
  private static final Duration LATER = Duration.ofHours(1);

  private final Shop shop;
  private Pauses pauses;

  PausesTest(Shop shop) {
    this.shop = shop;
  }

  @BeforeEach
  void pausesOfTheShop() {
    pauses = new Pauses(shop.jdbi());
    pauses.resume();
  }

  @Test
  void aPersonsPauseLastsUntilResumedWhateverWorkersWant() {
    pauses.pause("by ann");

    assertThat(pauses.suspend("HTTP 401", LATER)).isFalse();
    assertThat(pauses.stop("too many failures")).isFalse();
    assertThat(pauses.takeProbe(LATER)).isFalse();
    assertThat(pauses.resumeProbed()).isFalse();
    assertThat(pauses.current().orElseThrow().reason()).isEqualTo("by ann");
    assertThat(pauses.current().orElseThrow().probes()).isFalse();
    assertThat(pauses.resume()).isTrue();
    assertThat(pauses.current()).isEmpty();
    assertThat(pauses.resume()).isFalse();
  }

  @Test
  void oneWorkerAtATimeHasTheRightToProbe() {
    pauses.suspend("HTTP 401", Duration.ZERO);

    assertThat(pauses.takeProbe(LATER)).isTrue();
    assertThat(pauses.takeProbe(LATER)).as("that of another").isFalse();
    assertThat(pauses.resumeProbed()).isTrue();
    assertThat(pauses.current()).isEmpty();
  }

  @Test
  void aProbeWaitsForNoInstantOfAClockThatWasAhead() {
    pauses.suspend("HTTP 401", LATER);
    assertThat(pauses.takeProbe(LATER)).isFalse();
    shop.execute("UPDATE duly.permit SET probe_at = probe_at + interval '1 day'");

    assertThat(pauses.takeProbe(LATER)).isTrue();
  }

  @Test
  void aPauseForGoodTakesThePlaceOfOneWithProbes() {
    pauses.suspend("HTTP 401", LATER);

    assertThat(pauses.stop("too many failures")).isTrue();

    assertThat(pauses.current().orElseThrow().probes()).isFalse();
    assertThat(pauses.current().orElseThrow().since()).isNotNull();
  }
}
