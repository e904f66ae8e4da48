package io.duly.orders;

import static io.duly.orders.Contract.IDEMPOTENT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a run is made up for from the table, whose topic has lost its records. */
@ExtendWith(ShopExtension.class)
class SkipsByTableTest {
  private final Shop shop;

  SkipsByTableTest(Shop shop) {
    this.shop = shop;
  }

  @Test
  void queuesByTheTableWhatIsPendingAndNotBeyondTheLastPublished() {
    shop.pending(1, 2, 3, 9);
    shop.ownerSets(2, "COMPLETED");

    int queued = skips().queueByTable(runUpTo("3"), 10);

    assertThat(queued).isEqualTo(2);
    assertThat(skips().queueByTable(runUpTo("3"), 10)).isZero();
  }

  @Test
  void queuesByTheTableNothingThatLiesBeforeTheRun() {
    shop.pending(1, 2, 3, 4);

    int queued = skips().queueByTable(run("2", "4"), 1);

    assertThat(queued).isEqualTo(2);
    assertThat(shop.ask("SELECT min(order_id) FROM duly.retry", Long.class)).isEqualTo(3);
  }

  @Test
  void byTheTableLooksAtAllRowsAPageAtATimeAndNotAtThoseWithAResultOfTheRun() {
    shop.pending(1, 2, 3, 4);
    shop.record(shop.claim(IDEMPOTENT, 2), Outcome.COMPLETED);
    shop.ownerSets(2, "PENDING");
    shop.ownerSets(3, "COMPLETED");

    int queued = skips().queueByTable(runUpTo("4"), 1);

    assertThat(queued).isEqualTo(2);
    assertThat(
            shop.ask(
                "SELECT string_agg(order_id::text, ',' ORDER BY order_id) FROM duly.retry",
                String.class))
        .isEqualTo("1,4");
  }

  @Test
  void byTheTableDoesNotQueueAnOrderWhoseAttemptIsOpenOrWhoseRetryIsToCome() {
    shop.pending(1, 2);
    shop.claim(IDEMPOTENT, 1);
    shop.ownerSets(1, "PENDING");
    shop.record(shop.claim(IDEMPOTENT, 2), Outcome.RETRY, Duration.ofHours(1));

    assertThat(skips().queueByTable(runUpTo("2"), 10)).isZero();
  }

  private Skips skips() {
    return new Skips(shop.jdbi(), shop.table());
  }

  static Run runUpTo(String lastId) {
    return run(null, lastId);
  }

  private static Run run(@Nullable String firstId, String lastId) {
    return new Run(
        Shop.RUN,
        "daily",
        Instant.EPOCH,
        Run.State.PUBLISHED,
        firstId,
        lastId,
        3,
        List.of(0L),
        List.of(3L),
        new Run.Selection(Instant.EPOCH, "", Lanes.MAIN));
  }
}
