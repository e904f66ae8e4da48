package io.duly.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.AttemptResult;
import io.duly.orders.AttemptResult.Answer;
import io.duly.orders.Claim;
import io.duly.orders.DueOrder;
import io.duly.orders.Lanes;
import io.duly.orders.Outcome;
import io.duly.orders.WorkerTable;
import io.duly.runtime.Database;
import io.duly.runtime.Loop;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Answers to orders whose rows their owner has locked, or whose table refuses them. */
@ExtendWith(ShopExtension.class)
class OthersRowsTest {
  private static final int WINDOW = 20;
  private static final String STATUS = "SELECT status FROM orders WHERE id = ?";

  /** Longer than a server waits before it looks for a deadlock. */
  private static final String WAITS =
      """
      SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()
        AND wait_event_type = 'Lock' AND clock_timestamp() - state_change > interval '1.2 s'
      """;

  private final BlockingQueue<Answered> answered = new LinkedBlockingQueue<>();
  private final Underway underway = Underway.ofWindow(WINDOW, new Lanes(Map.of()));
  private Shop shop;
  private Liveness liveness;
  private Recorder recorder;

  @BeforeEach
  void open(Shop given) {
    shop = given;
    shop.execute("INSERT INTO orders SELECT n, n, 'PENDING' FROM generate_series(1, 12) n");
    liveness =
        new Liveness(
            new WorkerTable(shop.jdbi()), "ann", Duration.ofMinutes(1), InstantSource.system());
    recorder = new Recorder(answered, shop.records(), liveness, underway);
  }

  private void answer(long... ids) {
    Map<DueOrder, UUID> due = new HashMap<>();
    for (long id : ids) {
      due.put(new DueOrder(String.valueOf(id), 7, 0, id), UUID.randomUUID());
    }
    List<Claim> claims = shop.claims().claim(liveness.id(), due).claims();
    assertThat(claims).hasSize(ids.length);
    underway.window().acquireUninterruptibly(claims.size());
    claims.forEach(each -> answered.add(completed(each)));
  }

  private static Answered completed(Claim claim) {
    Answer answer = new Answer(200, null, "ref-" + claim.orderId());
    return new Answered(
        claim,
        new AttemptResult(
            claim.orderId(),
            claim.attempt(),
            claim.token(),
            Outcome.COMPLETED,
            1,
            answer,
            Duration.ZERO));
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10)) // half of what a statement waits for a lock
        .pollInterval(Duration.ofMillis(20))
        .until(condition);
  }

  private boolean isCompleted(long id) {
    return shop.ask(STATUS, String.class, id).equals("COMPLETED");
  }

  /** The owner's transaction, which has locked order 2. */
  private Connection ownerOfTwo() throws SQLException {
    Connection owner = Database.connect(shop.settings());
    owner.setAutoCommit(false);
    update(owner, "id = 2");
    return owner;
  }

  private static int update(Connection owner, String which) throws SQLException {
    try (Statement statement = owner.createStatement()) {
      return statement.executeUpdate("UPDATE orders SET customer = 0 WHERE " + which);
    }
  }

  @Test
  void aRowThatItsOwnerHasLockedHoldsUpNoOther() throws Exception {
    answer(1, 2, 3);
    try (Connection owner = ownerOfTwo();
        Loop recording = Loop.start("record", Duration.ofMillis(1), recorder::once)) {
      await(() -> underway.finished().size() == 2);

      assertThat(isCompleted(1) && isCompleted(3)).isTrue();
      assertThat(isCompleted(2)).isFalse();
      assertThat(underway.window().availablePermits()).isEqualTo(WINDOW - 1);
      answer(4);
      await(() -> isCompleted(4));
      owner.rollback();
      await(() -> isCompleted(2) && underway.finished().size() == 4);
      assertThat(recording.isRunning()).isTrue();
    }

    assertThat(underway.finished())
        .allMatch(Finished::passes)
        .extracting(each -> each.event().orderId())
        .containsExactlyInAnyOrder("1", "3", "4", "2");
    assertThat(underway.window().availablePermits()).isEqualTo(WINDOW);
    assertThat(shop.ask("SELECT count(*) FROM duly.evidence", Long.class)).isZero();
  }

  @Test
  void aStatementOfTheOwnersNeverDiesOfADeadlockWithARecord() throws Exception {
    answer(1, 2, 3, 10, 11, 12); // in whatever order they are recorded, some come before 2
    try (Connection owner = ownerOfTwo();
        Loop recording = Loop.start("record", Duration.ofMillis(1), recorder::once)) {
      await(() -> underway.finished().size() == 5 || shop.ask(WAITS, Boolean.class));

      int updated = update(owner, "id > 0");

      assertThat(updated).isEqualTo(12);
      owner.commit();
      await(() -> underway.finished().size() == 6);
      assertThat(recording.isRunning()).isTrue();
    }
  }

  @Test
  void anAnswerToAnOrderThatIsDeletedWhileItsRowIsLockedIsRecorded() throws Exception {
    answer(1, 2);
    try (Connection owner = ownerOfTwo();
        Statement statement = owner.createStatement();
        Loop recording = Loop.start("record", Duration.ofMillis(1), recorder::once)) {
      await(() -> underway.finished().size() == 1);
      statement.execute("DELETE FROM orders WHERE id = 2");
      owner.commit();

      await(() -> underway.finished().size() == 2);

      assertThat(recording.isRunning()).isTrue();
    }

    assertThat(shop.ask("SELECT outcome FROM duly.attempt WHERE order_id = 2", String.class))
        .isEqualTo("COMPLETED");
  }

  @Test
  void anAnswerThatTheTableRefusesIsKeptAndHoldsUpNoOther() {
    answer(1, 2, 3);
    OwnersTrigger.refuse(shop, 2, "COMPLETED");
    try (Loop recording = Loop.start("record", Duration.ofMillis(1), recorder::once)) {
      await(() -> underway.finished().size() == 2);

      assertThat(isCompleted(1) && isCompleted(3)).isTrue();
      answer(4, 5);
      await(() -> isCompleted(4) && isCompleted(5));
      assertThat(underway.finished()).hasSize(4);
      shop.execute("DROP TRIGGER refuse ON orders");
      await(() -> isCompleted(2) && underway.finished().size() == 5);
      assertThat(recording.isRunning()).isTrue();
    }

    assertThat(underway.window().availablePermits()).isEqualTo(WINDOW);
  }
}
