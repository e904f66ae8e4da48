package io.duly.orders;

import static io.duly.orders.Contract.NEITHER;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.Decisions.Finding;
import io.duly.orders.DoubtQueue.Entry;
import io.duly.orders.DoubtQueue.Selection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a person decides about doubts. */
@ExtendWith(ShopExtension.class)
class DecisionsTest {
  private static final Selection ALL = new Selection(List.of(), null, null);
  private static final Finding DONE = new Finding(Outcome.COMPLETED, "ann", "they say it is done");
  private static final Finding NOT = new Finding(Outcome.FAILED, "bob", "they refused it");

  private final Shop shop;

  DecisionsTest(Shop shop) {
    this.shop = shop;
  }

  private Decisions decisions() {
    return new Decisions(shop.jdbi(), shop.table(), shop.records());
  }

  private List<Entry> queue(Selection selection) {
    return new DoubtQueue(shop.jdbi(), shop.table()).list(selection, null, 100);
  }

  private Claim doubt(long id) {
    shop.pending(id);
    Claim claim = shop.claim(NEITHER, id);
    shop.record(claim, Outcome.IN_DOUBT);
    return claim;
  }

  @Test
  void settlesADoubtAsANewTransitionWithItsDecision() {
    doubt(1);

    List<Recorded> settled = decisions().settle(queue(ALL), DONE);

    assertThat(settled).containsExactly(new Recorded("1", 1, 2, Shop.RUN));
    assertThat(shop.status(1)).isEqualTo("COMPLETED");
    assertThat(shop.attempt(1, 1, "reason")).isEqualTo("decided by ann: they say it is done");
    assertThat(shop.count("duly.decision WHERE order_id = 1 AND decided = 'COMPLETED'")).isOne();
    assertThat(shop.runs().totals(Shop.RUN).inDoubt()).isZero();
    assertThat(shop.runs().totals(Shop.RUN).completed()).isOne();
    assertThat(queue(ALL)).isEmpty();
  }

  @Test
  void leavesADoubtAloneThatALateAnswerHasSettled() {
    Claim claim = doubt(1);
    List<Entry> seen = queue(ALL);
    shop.record(claim, Outcome.COMPLETED);

    List<Recorded> settled = decisions().settle(seen, NOT);

    assertThat(settled).isEmpty();
    assertThat(shop.status(1)).isEqualTo("COMPLETED");
    assertThat(shop.count("duly.decision")).isZero();
    assertThat(shop.count("duly.evidence")).isZero();
  }

  @Test
  void keepsALateAnswerThatContradictsADecisionAsEvidence() {
    Claim claim = doubt(1);
    decisions().settle(queue(ALL), NOT);

    List<Recorded> late = shop.record(claim, Outcome.COMPLETED);

    assertThat(late).isEmpty();
    assertThat(shop.status(1)).isEqualTo("FAILED");
    assertThat(shop.count("duly.evidence WHERE kind = 'contradiction'")).isOne();
  }

  @Test
  void lateAnswerAfterTheRunHasClosedSettlesItsDoubt() {
    Claim claim = doubt(1);
    shop.execute("UPDATE duly.run SET state = 'CLOSED', in_doubt = 1 WHERE id = ?", Shop.RUN);

    List<Recorded> late = shop.record(claim, Outcome.COMPLETED);

    assertThat(late).hasSize(1);
    assertThat(shop.status(1)).isEqualTo("COMPLETED");
  }

  @Test
  void onlyOneOfTwoDecisionsAtOnceStands() throws Exception {
    for (long id = 1; id <= 20; id++) {
      doubt(id);
    }
    List<Entry> seen = queue(ALL);
    CountDownLatch go = new CountDownLatch(1);

    CompletableFuture<List<Recorded>> done = later(go, seen, DONE);
    CompletableFuture<List<Recorded>> not = later(go, seen, NOT);
    go.countDown();

    assertThat(done.get().size() + not.get().size()).isEqualTo(20);
    assertThat(shop.count("duly.decision")).isEqualTo(20);
    assertThat(shop.runs().totals(Shop.RUN).inDoubt()).isZero();
  }

  private CompletableFuture<List<Recorded>> later(
      CountDownLatch go, List<Entry> seen, Finding finding) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return decisions().settle(seen, finding);
        });
  }

  @Test
  void listsDoubtsByIdRunAndReasonPageByPage() {
    doubt(1);
    doubt(2);
    shop.pending(3);
    shop.record(shop.claim(NEITHER, 3), Outcome.RETRY, Duration.ZERO);
    DoubtQueue queue = new DoubtQueue(shop.jdbi(), shop.table());

    Entry first = queue.list(ALL, null, 1).get(0);

    assertThat(first.orderId()).isEqualTo("1");
    assertThat(queue.list(ALL, first, 10)).extracting(Entry::orderId).containsExactly("2");
    assertThat(queue(new Selection(List.of("2", "no id"), Shop.RUN, "SAID"))).hasSize(1);
    assertThat(queue(new Selection(List.of(), Shop.RUN + 1, null))).isEmpty();
    assertThat(queue(new Selection(List.of(), null, "other"))).isEmpty();
  }
}
