package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class ForgottenRunsTest {
  private static final Instant SEEN = Instant.parse("2026-11-20T06:00:00Z");

  private final Shop shop;

  ForgottenRunsTest(Shop shop) {
    this.shop = shop;
  }

  @Test
  void areCancelledAndTheirNumbersAreNotTakenAgain() {
    ForgottenRuns forgotten = new ForgottenRuns(shop.jdbi());

    assertThat(forgotten.add(seen(Shop.RUN, 5, 9))).isEqualTo(2);
    assertThat(forgotten.add(seen(5, 9))).isZero();

    assertThat(shop.runs().find(5).orElseThrow().state()).isEqualTo(Run.State.CANCELLED);
    assertThat(shop.runs().find(Shop.RUN).orElseThrow().state()).isNotEqualTo(Run.State.CANCELLED);
    shop.open("daily", Instant.EPOCH);
    assertThat(shop.runs().latest().orElseThrow().id()).isEqualTo(10);
  }

  @Test
  void areSettledAsOthersThatWereCancelled() {
    assertThat(new ForgottenRuns(shop.jdbi()).add(seen(5))).isEqualTo(1);
    shop.execute("UPDATE duly.run SET cancelled_at = cancelled_at - interval '1 minute'");
    CancelledRuns cancelled = new CancelledRuns(shop.jdbi(), shop.table());

    assertThat(cancelled.unsettled(Duration.ofMinutes(1)))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.id()).isEqualTo(5);
              assertThat(each.fireTime()).isEqualTo(SEEN);
              assertThat(each.startOffsets()).containsExactly(0L);
            });
    assertThat(cancelled.settle(5, new RunTotals(0, 0, 0), 0, 0, List.of(0L))).isTrue();
  }

  @Test
  void bearNoTimeThatIsStillToComeAndNoNumberThatNoRunHas() {
    Instant later = Instant.now().plus(Duration.ofDays(1));

    assertThat(new ForgottenRuns(shop.jdbi()).add(Map.of(5L, later, 0L, SEEN, -1L, SEEN)))
        .isEqualTo(1);

    assertThat(shop.runs().find(5).orElseThrow().fireTime()).isBefore(later);
  }

  private static Map<Long, Instant> seen(long... runs) {
    return Arrays.stream(runs).boxed().collect(Collectors.toMap(each -> each, each -> SEEN));
  }
}
