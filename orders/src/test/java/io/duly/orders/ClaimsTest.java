package io.duly.orders;

import static io.duly.orders.Contract.IDEMPOTENT;
import static io.duly.orders.Contract.LOOKUP;
import static io.duly.orders.Contract.NEITHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.Database;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(ShopExtension.class)
class ClaimsTest {
  private final Shop shop;

  ClaimsTest(Shop shop) {
    this.shop = shop;
  }

  @Test
  void makesPendingOrdersOursUnderTheTokensGiven() {
    shop.pending(1, 2, 3);
    Map<DueOrder, UUID> given = Shop.due(1, 2, 3);

    ClaimedBatch batch = shop.claims(NEITHER).claim(Shop.WORKER, given);

    assertThat(batch.refused()).isEmpty();
    assertThat(batch.claims())
        .hasSize(3)
        .allSatisfy(
            claim -> {
              assertThat(claim.token()).isEqualTo(given.get(claim.due()));
              assertThat(claim.attempt()).isEqualTo(1);
              assertThat(claim.generation()).isZero();
              assertThat(shop.status(claim.due().offset())).isEqualTo("PROCESSING");
            });
    assertThat(batch.claims().stream().map(Claim::token)).doesNotHaveDuplicates();
  }

  @Test
  void notesWhereTheOrderCameFromAndWhoClaimedIt() {
    shop.pending(1);
    Map<DueOrder, UUID> given = Map.of(new DueOrder("1", Shop.RUN, 3, 77), UUID.randomUUID());

    ClaimedBatch batch = shop.claims(NEITHER).claim("w9", given);

    assertThat(batch.claims()).hasSize(1);
    assertThat(
            shop.ask(
                "SELECT concat_ws(' ', run_id, worker_id, source_partition, source_offset, outcome, transition, calls) FROM duly.attempt",
                String.class))
        .isEqualTo("7 w9 3 77 0 0");
  }

  @Test
  void givesTheOrdersColumnsAsTheBody() {
    shop.pending(1);

    Claim claim = shop.claim(NEITHER, 1);

    assertThat(claim.body())
        .startsWith("{\"id\":1,\"customer\":1,\"total_price\":9.50,\"priority\":\"1-URGENT\"")
        .contains("+00:00\"")
        .doesNotContain("status");
  }

  @ParameterizedTest
  @CsvSource({
    "COMPLETED, TERMINAL",
    "FAILED, TERMINAL",
    "PROCESSING, OPEN_ELSEWHERE",
    "IN_DOUBT, IN_DOUBT",
    "CANCELLED, CANCELLED",
    "SHIPPED, UNKNOWN_STATUS"
  })
  void tellsByTheStatusWhyAnOrderIsNotClaimed(String status, Refusal wanted) {
    shop.pending(1);
    shop.ownerSets(1, status);

    Refusal refusal = shop.refusal(shop.claims(NEITHER), 1);

    assertThat(refusal).isEqualTo(wanted);
    assertThat(shop.status(1)).isEqualTo(status);
    assertThat(shop.count("duly.attempt")).isZero();
  }

  @Test
  void tellsThatAnOrderIsDeleted() {
    Refusal refusal = shop.refusal(shop.claims(NEITHER), 1);

    assertThat(refusal).isEqualTo(Refusal.DELETED);
  }

  @Test
  void doesNotTakeAnOrderWithoutAStatusForADeletedOne() {
    shop.execute("ALTER TABLE orders ALTER status DROP NOT NULL");
    try {
      shop.pending(1);
      shop.ownerSets(1, null);

      Refusal refusal = shop.refusal(shop.claims(NEITHER), 1);

      assertThat(refusal).isEqualTo(Refusal.UNKNOWN_STATUS);
    } finally {
      shop.empty();
      shop.execute("ALTER TABLE orders ALTER status SET NOT NULL");
    }
  }

  @Test
  void tellsThatAnotherAttemptIsOpenThoughTheStatusWasPutBack() {
    shop.pending(1);
    shop.claim(IDEMPOTENT, 1);
    shop.ownerSets(1, "PENDING");

    Refusal refusal = shop.refusal(shop.claims(IDEMPOTENT), 1);

    assertThat(refusal).isEqualTo(Refusal.OPEN_ELSEWHERE);
    assertThat(shop.status(1)).isEqualTo("PENDING");
    assertThat(shop.count("duly.attempt")).isEqualTo(1);
  }

  @Test
  void tellsThatTheRetryIsNotDue() {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY, Duration.ofMinutes(5));

    Refusal refusal = shop.refusal(shop.claims(IDEMPOTENT), 1);

    assertThat(refusal).isEqualTo(Refusal.RETRY_NOT_DUE);
    assertThat(shop.status(1)).isEqualTo("PENDING");
    assertThat(shop.count("duly.retry")).isEqualTo(1);
  }

  @Test
  void tellsThatAnotherTransactionHasLockedTheRow() throws Exception {
    shop.pending(1, 2);
    ClaimedBatch batch;

    try (Connection owner = Database.connect(shop.settings());
        Statement statement = owner.createStatement()) {
      owner.setAutoCommit(false);
      statement.execute("UPDATE orders SET clerk = 'Bob' WHERE id = 1");
      batch = shop.claims(NEITHER).claim(Shop.WORKER, Shop.due(1, 2));
      owner.commit();
    }

    assertThat(batch.claims()).extracting(Claim::orderId).containsExactly("2");
    assertThat(batch.refused().values()).containsExactly(Refusal.LOCKED);
    assertThat(shop.refusal(shop.claims(NEITHER), 1)).isNull();
  }

  @Test
  void claimsAnIdThatStandsTwiceOnce() {
    shop.pending(1);
    Map<DueOrder, UUID> given = new LinkedHashMap<>(Shop.due(1));
    given.put(new DueOrder("1", Shop.RUN, 1, 5), UUID.randomUUID());

    ClaimedBatch batch = shop.claims(NEITHER).claim(Shop.WORKER, given);

    assertThat(batch.claims()).hasSize(1);
    assertThat(batch.refused()).containsValue(Refusal.REPEATED).hasSize(1);
    assertThat(shop.count("duly.attempt")).isEqualTo(1);
  }

  @Test
  void answersForEachOfAMixedBatchOnce() {
    shop.pending(1, 2, 3);
    shop.ownerSets(2, "COMPLETED");
    Map<DueOrder, UUID> given = Shop.due(1, 2, 3, 4);

    ClaimedBatch batch = shop.claims(NEITHER).claim(Shop.WORKER, given);

    List<DueOrder> answered = new ArrayList<>(batch.refused().keySet());
    batch.claims().forEach(claim -> answered.add(claim.due()));
    assertThat(answered).containsExactlyInAnyOrderElementsOf(given.keySet());
  }

  @Test
  @Timeout(30)
  void neverGivesAnOrderToTwoClaimers() throws Exception {
    shop.pendingUpTo(2_000);
    CyclicBarrier start = new CyclicBarrier(2);
    Claims claims = shop.claims(NEITHER);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<List<String>> one = threads.submit(claimer(claims, "w1", start));
      Future<List<String>> two = threads.submit(claimer(claims, "w2", start));

      List<String> all = new ArrayList<>(one.get());
      all.addAll(two.get());

      assertThat(all).doesNotHaveDuplicates().hasSize(2_000);
      assertThat(shop.count("orders WHERE status = 'PROCESSING'")).isEqualTo(2_000);
      assertThat(shop.count("duly.attempt WHERE attempt = 1")).isEqualTo(2_000);
    } finally {
      threads.shutdown();
    }
  }

  /** Claims all 2,000 orders in batches of 100 and gives those that became its own. */
  private static Callable<List<String>> claimer(Claims claims, String worker, CyclicBarrier start) {
    return () -> {
      start.await();
      List<String> mine = new ArrayList<>();
      for (long first = 1; first <= 2_000; first += 100) {
        boolean locked;
        do {
          ClaimedBatch batch =
              claims.claim(worker, Shop.due(LongStream.range(first, first + 100).toArray()));
          batch.claims().forEach(claim -> mine.add(claim.orderId()));
          locked = batch.refused().containsValue(Refusal.LOCKED);
        } while (locked);
      }
      return mine;
    };
  }

  @Test
  void findsByTokenWhatAnUnclearClaimHasClaimed() {
    shop.pending(1, 2, 3);
    Map<DueOrder, UUID> given = Shop.due(1, 2, 3);
    shop.claims(NEITHER).claim(Shop.WORKER, given);
    Map<DueOrder, UUID> asked = new LinkedHashMap<>(Shop.due(3));
    given.forEach((due, token) -> asked.putIfAbsent(due, token));

    List<AttemptResult> found = shop.claims(NEITHER).unclear(asked);

    assertThat(found).extracting(AttemptResult::orderId).containsExactlyInAnyOrder("1", "2");
    assertThat(found).allSatisfy(each -> assertThat(each.outcome()).isEqualTo(Outcome.RELEASED));
    shop.records().record(Shop.WORKER, found);
    assertThat(shop.status(1)).isEqualTo("PENDING");
    assertThat(shop.status(3)).isEqualTo("PROCESSING");
    assertThat(shop.claims(NEITHER).unclear(given))
        .extracting(AttemptResult::orderId)
        .containsExactly("3");
  }

  @Test
  void failsAsAWholeWhereAnIdIsOfTheWrongType() {
    shop.pending(1);
    Map<DueOrder, UUID> given = new LinkedHashMap<>(Shop.due(1));
    given.put(new DueOrder("x", Shop.RUN, 0, 2), UUID.randomUUID());

    assertThatThrownBy(() -> shop.claims(LOOKUP).claim(Shop.WORKER, given))
        .hasMessageContaining("bigint");

    assertThat(shop.status(1)).isEqualTo("PENDING");
  }
}
