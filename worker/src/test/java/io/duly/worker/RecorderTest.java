package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.orders.AttemptResult;
import io.duly.orders.AttemptResult.Answer;
import io.duly.orders.Claim;
import io.duly.orders.DueOrder;
import io.duly.orders.Lanes;
import io.duly.orders.Outcome;
import io.duly.orders.WorkerTable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class RecorderTest {
  private static final int WINDOW = 10;

  private final BlockingQueue<Answered> answered = new LinkedBlockingQueue<>();
  private final Underway underway = Underway.ofWindow(WINDOW, new Lanes(Map.of()));
  private Shop shop;
  private Liveness liveness;
  private Recorder recorder;

  @BeforeEach
  void open(Shop given) {
    shop = given;
    shop.execute("INSERT INTO orders SELECT n, n, 'PENDING' FROM generate_series(1, 10) n");
    liveness =
        new Liveness(
            new WorkerTable(shop.jdbi()), "ann", Duration.ofMinutes(1), InstantSource.system());
    recorder = new Recorder(answered, shop.records(), liveness, underway);
  }

  private List<Claim> claim(int count) {
    Map<DueOrder, UUID> due = new HashMap<>();
    for (int id = 1; id <= count; id++) {
      due.put(new DueOrder(String.valueOf(id), 7, 0, id), UUID.randomUUID());
    }
    List<Claim> claims = shop.claims().claim(liveness.id(), due).claims();
    underway.window().acquireUninterruptibly(claims.size());
    return claims;
  }

  private static Answered ended(Claim claim, Outcome outcome) {
    return new Answered(
        claim,
        new AttemptResult(
            claim.orderId(),
            claim.attempt(),
            claim.token(),
            outcome,
            1,
            new Answer(200, null, "ref-" + claim.orderId()),
            Duration.ZERO));
  }

  private List<Finished> finished() {
    List<Finished> all = new ArrayList<>();
    for (Finished each = underway.finished().poll(); each != null; ) {
      all.add(each);
      each = underway.finished().poll();
    }
    return all;
  }

  @Test
  void resultsAreRecordedInOneBatchAndTold() throws Exception {
    claim(3).forEach(each -> answered.add(ended(each, Outcome.COMPLETED)));

    int recorded = recorder.once();

    assertThat(recorded).isEqualTo(3);
    assertThat(shop.count("COMPLETED")).isEqualTo(3);
    assertThat(finished())
        .hasSize(3)
        .allMatch(Finished::passes)
        .allSatisfy(
            each -> {
              assertThat(each.event().orderId()).isEqualTo(each.due().orderId());
              assertThat(each.event().transition()).isEqualTo(1);
              assertThat(each.event().runId()).isEqualTo(7);
              assertThat(each.event().reference()).isEqualTo("ref-" + each.due().orderId());
            });
    assertThat(underway.window().availablePermits()).isEqualTo(WINDOW);
  }

  @Test
  void aReleasedOrderDoesNotPassAndIsNotTold() throws Exception {
    Claim claim = claim(1).get(0);
    answered.add(
        new Answered(
            claim, AttemptResult.released(claim.orderId(), claim.attempt(), claim.token())));

    recorder.once();

    assertThat(finished()).containsExactly(Finished.released(claim.due()));
    assertThat(shop.count("PENDING")).isEqualTo(10);
  }

  @Test
  void anOrderThatWaitsForARetryPassesAndIsNotTold() throws Exception {
    Claim claim = claim(1).get(0);
    answered.add(ended(claim, Outcome.NOT_EXECUTED));

    recorder.once();

    assertThat(finished()).containsExactly(Finished.passed(claim.due()));
    assertThat(shop.ask("SELECT count(*) FROM duly.retry", Long.class)).isEqualTo(1);
  }

  @Test
  void anAnswerThatComesTooLateIsKeptAsEvidenceAndNotTold() throws Exception {
    Claim claim = claim(1).get(0);
    shop.execute(
        "UPDATE duly.attempt SET outcome = 'LOST', finished_at = now() WHERE order_id = 1");
    answered.add(ended(claim, Outcome.COMPLETED));

    recorder.once();

    assertThat(finished()).containsExactly(Finished.passed(claim.due()));
    assertThat(shop.ask("SELECT kind FROM duly.evidence", String.class)).isEqualTo("late answer");
  }

  @Test
  void aBatchIsKeptUntilTheDatabaseHasIt() throws Exception {
    claim(3).forEach(each -> answered.add(ended(each, Outcome.COMPLETED)));
    shop.execute("ALTER TABLE duly.attempt RENAME TO gone");
    assertThatThrownBy(recorder::once).isInstanceOf(JdbiException.class);
    assertThatThrownBy(recorder::once).isInstanceOf(JdbiException.class);
    assertThat(underway.finished()).isEmpty();
    shop.execute("ALTER TABLE duly.gone RENAME TO attempt");

    int recorded = recorder.once();

    assertThat(recorded).isEqualTo(3);
    assertThat(shop.count("COMPLETED")).isEqualTo(3);
    assertThat(finished()).hasSize(3);
    assertThat(underway.window().availablePermits()).isEqualTo(WINDOW);
  }

  @Test
  void aBatchWhoseRecordWasLostOnTheWayBackIsToldByNobodyHere() throws Exception {
    Claim claim = claim(1).get(0);
    Answered answer = ended(claim, Outcome.COMPLETED);
    shop.records().record(liveness.id(), List.of(answer.result()));
    answered.add(answer);

    recorder.once();

    assertThat(finished()).containsExactly(Finished.passed(claim.due()));
    assertThat(shop.count("COMPLETED")).isEqualTo(1);
  }
}
