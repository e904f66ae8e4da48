package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Unconfirmed.Page;
import io.duly.orders.Unconfirmed.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ShopExtension.class)
class UnconfirmedTest {
  private final Shop shop;

  UnconfirmedTest(Shop shop) {
    this.shop = shop;
  }

  @Test
  void walksThroughAllAttemptsAPageAtATime() {
    complete(7);
    shop.execute("UPDATE duly.attempt SET witness = 3 WHERE order_id = 2");
    shop.execute("UPDATE duly.attempt SET witness = 1 WHERE order_id = 5");

    List<Result> found = new ArrayList<>();
    int pages = 0;
    for (Page page = next(Page.START); page.lastId() != null; page = next(page)) {
      found.addAll(page.results());
      pages++;
    }

    assertThat(pages).isEqualTo(4);
    assertThat(found)
        .extracting(Result::orderId)
        .containsExactlyInAnyOrder("1", "3", "4", "5", "6", "7");
    assertThat(found).filteredOn(Result::isShown).extracting(Result::orderId).containsExactly("5");
  }

  @Test
  void readsNoMoreForALaterPageThanForAnEarlierOneAndNothingOfClosedRuns() {
    attempts(20_000, Shop.RUN);
    attempts(20_000, 1);
    shop.execute("ANALYZE duly.attempt");
    Page page = Page.START;
    for (int i = 0; i < 100; i++) {
      page = unconfirmed().after(page, Duration.ZERO, 100);
    }
    assertThat(page.lastId()).isEqualTo("10000");
    long before = rowsRead();

    page = unconfirmed().after(page, Duration.ZERO, 100);

    assertThat(page.lastId()).isEqualTo("10100");
    assertThat(rowsRead() - before).isBetween(100L, 500L);
  }

  private void attempts(int count, long run) {
    shop.execute(
        """
        INSERT INTO duly.run (id, schedule, fire_time, cutoff, state, owner, owner_seen_at) OVERRIDING SYSTEM VALUE
        VALUES (?, 'earlier', now(), now(), 'CLOSED', 'shop', now()) ON CONFLICT (id) DO NOTHING
        """,
        run);
    shop.execute(
        """
        INSERT INTO duly.attempt (order_id, attempt, token, run_id, worker_id, generation, source_partition, source_offset,
          claimed_at, finished_at, outcome, transition)
        SELECT n, 100 - ?, gen_random_uuid(), ?, 'w1', 0, 0, n, now(), now(), 'COMPLETED', 1 FROM generate_series(1, ?) n
        """,
        run,
        run,
        count);
  }

  /** Rows of the attempts that were read so far, by any index or none. */
  private long rowsRead() {
    shop.execute("SELECT pg_stat_force_next_flush()");
    return shop.ask(
        "SELECT seq_tup_read + (SELECT sum(idx_tup_read) FROM pg_stat_all_indexes i WHERE i.relid = t.relid)::bigint FROM pg_stat_all_tables t WHERE relid = 'duly.attempt'::regclass",
        Long.class);
  }

  @Test
  void leavesOutWhatTheLogMayStillShow() {
    complete(1);

    Page page = unconfirmed().after(Page.START, Duration.ofMinutes(1), 10);

    assertThat(page.results()).isEmpty();
    assertThat(page.lastId()).isEqualTo("1");
  }

  @Test
  void givesTheOrdersOfEachPage() {
    complete(5);
    shop.execute("UPDATE duly.attempt SET witness = 3");
    Page first = next(Page.START);
    Page second = next(first);

    assertThat(unconfirmed().orders(Page.START, first)).containsExactlyInAnyOrder("1", "2");
    assertThat(unconfirmed().orders(first, second)).containsExactlyInAnyOrder("3", "4");
    assertThat(unconfirmed().orders(second, next(second))).containsExactly("5");
  }

  @Test
  void leavesOutRunsThatAreClosed() {
    complete(1);
    Page first = next(Page.START);
    shop.execute("UPDATE duly.run SET state = 'CLOSED'");

    assertThat(unconfirmed().orders(Page.START, first)).isEmpty();
    assertThat(next(Page.START).results()).isEmpty();
    assertThat(unconfirmed().isAnyRunOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"state = 'CLOSED'", "state = 'CANCELLED', unclaimed = 0"})
  void findsDoubtsThatWereSettledAfterTheVerdict(String verdict) {
    doubts(6);
    shop.execute("UPDATE duly.attempt SET witness = 3");
    shop.execute("UPDATE duly.run SET " + verdict);
    settle(1, 2, 3, 5);
    shop.execute("UPDATE duly.attempt SET witness = 3 WHERE order_id = 2");
    shop.execute("UPDATE duly.attempt SET witness = 1 WHERE order_id = 3");

    Page first = unconfirmed().settled(Page.START, Duration.ZERO, 2);
    Page second = unconfirmed().settled(first, Duration.ZERO, 2);

    assertThat(first.results()).containsExactly(new Result("1", 1, 2, false));
    assertThat(second.results())
        .containsExactlyInAnyOrder(new Result("3", 1, 2, true), new Result("5", 1, 2, false));
    assertThat(unconfirmed().settled(second, Duration.ZERO, 2).lastId()).isNull();
  }

  @Test
  void leavesDoubtsOfOpenRunsToTheWalkThroughThem() {
    doubts(1);
    settle(1);

    assertThat(unconfirmed().settled(Page.START, Duration.ZERO, 10).results()).isEmpty();
    assertThat(next(Page.START).results()).containsExactly(new Result("1", 1, 2, false));
  }

  @Test
  void readsOfManyAttemptsOnlyThoseWhoseDoubtWasSettled() {
    attempts(20_000, 1);
    shop.execute("UPDATE duly.attempt SET transition = 2 WHERE order_id IN (5, 500, 15000)");
    shop.execute("ANALYZE duly.attempt");
    long before = rowsRead();

    Page page = unconfirmed().settled(Page.START, Duration.ZERO, 100);

    assertThat(page.results()).hasSize(3);
    assertThat(rowsRead() - before).isLessThan(50);
  }

  private void doubts(int orders) {
    shop.pendingUpTo(orders);
    for (int id = 1; id <= orders; id++) {
      shop.record(shop.claim(Contract.NEITHER, id), Outcome.IN_DOUBT);
    }
  }

  private void settle(long... ids) {
    for (long id : ids) {
      shop.execute(
          "UPDATE duly.attempt SET outcome = 'COMPLETED', transition = 2, witness = 0 WHERE order_id = ?",
          id);
    }
  }

  @Test
  void saysAgainOnlyWhatTheLogHasStillNotShown() {
    complete(3);
    List<Result> found = unconfirmed().after(Page.START, Duration.ZERO, 10).results();
    shop.execute("UPDATE duly.attempt SET witness = 1 WHERE order_id = 2");
    shop.execute("UPDATE duly.attempt SET transition = 2 WHERE order_id = 3");

    assertThat(unconfirmed().sayAgain(found)).isEqualTo(1);
  }

  private void complete(int orders) {
    shop.pendingUpTo(orders);
    for (int id = 1; id <= orders; id++) {
      shop.record(shop.claim(Contract.IDEMPOTENT, id), Outcome.COMPLETED);
    }
  }

  private Unconfirmed unconfirmed() {
    return new Unconfirmed(shop.jdbi(), shop.table(), Shop.PREFIX);
  }

  private Page next(Page page) {
    return unconfirmed().after(page, Duration.ZERO, 2);
  }
}
