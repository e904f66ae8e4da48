package io.duly.orders;

import static io.duly.orders.Contract.IDEMPOTENT;
import static io.duly.orders.Contract.LOOKUP;
import static io.duly.orders.Contract.NEITHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.duly.runtime.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of orders whose rows their owner's transaction has locked: nothing, and soon. */
@ExtendWith(ShopExtension.class)
@Timeout(15) // a statement that waits for a lock gives up after 20 s
class LockedRowsTest {
  private static final Duration AGE = Duration.ofDays(1);

  private final Shop shop;
  private Connection owner;

  LockedRowsTest(Shop shop) {
    this.shop = shop;
  }

  @BeforeEach
  void connect() throws SQLException {
    owner = Database.connect(shop.settings());
    owner.setAutoCommit(false);
  }

  @AfterEach
  void disconnect() throws SQLException {
    owner.close();
  }

  private void owner(String sql) throws SQLException {
    try (Statement statement = owner.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<AttemptResult> completed(long... ids) {
    return shop.claims(LOOKUP).claim(Shop.WORKER, Shop.due(ids)).claims().stream()
        .map(each -> Shop.result(each, Outcome.COMPLETED, Duration.ZERO))
        .toList();
  }

  @Test
  void aRecordReturnsWhatIsLockedAndLeavesNoTraceOfIt() throws SQLException {
    shop.pending(1, 2, 3);
    List<AttemptResult> results = completed(1, 2, 3);
    owner("UPDATE orders SET clerk = 'Bob' WHERE id = 2");

    Recording recording = shop.records().record(Shop.WORKER, results);

    assertThat(recording.busy()).containsExactly("2");
    assertThat(recording.recorded())
        .extracting(Recorded::orderId)
        .containsExactlyInAnyOrder("1", "3");
    assertThat(shop.attempt(2, 1, "(finished_at IS NULL AND outcome IS NULL)")).isEqualTo("true");
    assertThat(shop.count("duly.evidence")).isZero();
    assertThat(shop.runs().totals(Shop.RUN)).isEqualTo(new RunTotals(2, 0, 0));
    owner.commit();
    assertThat(shop.records().record(Shop.WORKER, results).recorded())
        .extracting(Recorded::orderId)
        .containsExactly("2");
    assertThat(shop.status(2)).isEqualTo("COMPLETED");
    assertThat(shop.count("duly.evidence")).isZero();
  }

  @Test
  void aRecordDoesNotWaitForTheOwnersInsertIntoATableThatRefersToTheOrder() throws SQLException {
    shop.pending(1);
    List<AttemptResult> results = completed(1);
    owner("SELECT FROM orders WHERE id = 1 FOR KEY SHARE"); // as the foreign key's trigger does

    Recording recording = shop.records().record(Shop.WORKER, results);

    assertThat(recording.recorded()).hasSize(1);
    assertThat(recording.busy()).isEmpty();
  }

  @Test
  void aRecordClosesTheAttemptOfAnOrderThatIsGone() throws SQLException {
    shop.pending(1, 2);
    List<AttemptResult> results = completed(1, 2);
    owner("DELETE FROM orders WHERE id = 1");
    assertThat(shop.records().record(Shop.WORKER, results).busy()).containsExactly("1");
    owner.commit();

    Recording recording = shop.records().record(Shop.WORKER, results);

    assertThat(recording.busy()).isEmpty();
    assertThat(recording.recorded()).extracting(Recorded::orderId).containsExactly("1");
    assertThat(shop.attempt(1, 1, "outcome")).isEqualTo("COMPLETED");
  }

  @Test
  void attemptsOfLostWorkersAreClosedPastThoseWhoseRowsAreLocked() throws SQLException {
    shop.pending(1, 2, 3, 4);
    assertThat(completed(1, 2, 3, 4)).hasSize(4);
    owner("SELECT FROM orders WHERE id < 3 FOR UPDATE");

    int closed = shop.rescues().abandon(NEITHER, AGE, 1, "r1");
    int rest = shop.rescues().abandon(NEITHER, AGE, 10, "r1");

    assertThat(closed).isEqualTo(1);
    assertThat(rest).isEqualTo(1);
    assertThat(shop.rescues().abandon(NEITHER, AGE, "2", "r1")).isZero();
    assertThat(shop.status(3) + shop.status(4)).isEqualTo("IN_DOUBTIN_DOUBT");
    assertThat(shop.attempt(1, 1, "finished_at IS NULL")).isEqualTo("true");
    owner.commit();
    assertThat(shop.rescues().abandon(NEITHER, AGE, 10, "r1")).isEqualTo(2);
    assertThat(shop.count("orders WHERE status = 'IN_DOUBT'")).isEqualTo(4);
  }

  @Test
  void aDecisionLeavesALockedOrderInDoubtWithoutATrace() throws SQLException {
    shop.pending(1, 2);
    shop.record(shop.claim(LOOKUP, 1), Outcome.IN_DOUBT);
    shop.record(shop.claim(LOOKUP, 2), Outcome.IN_DOUBT);
    List<DoubtQueue.Entry> doubts =
        new DoubtQueue(shop.jdbi(), shop.table())
            .list(new DoubtQueue.Selection(List.of("1", "2"), null, null), null, 10);
    owner("SELECT FROM orders WHERE id = 1 FOR UPDATE");

    List<Recorded> settled =
        new Decisions(shop.jdbi(), shop.table(), shop.records())
            .settle(doubts, new Decisions.Finding(Outcome.COMPLETED, "ann", "asked them"));

    assertThat(settled).extracting(Recorded::orderId).containsExactly("2");
    assertThat(shop.attempt(1, 1, "outcome")).isEqualTo("IN_DOUBT");
    assertThat(shop.count("duly.decision")).isEqualTo(1);
  }

  @Test
  void whatIsSentAgainByDecisionLeavesOutALockedOrder() throws SQLException {
    shop.pending(1, 2);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.FAILED);
    shop.record(shop.claim(IDEMPOTENT, 2), Outcome.FAILED);
    owner("SELECT FROM orders WHERE id = 1 FOR UPDATE");

    Resends.Done done =
        new Resends(shop.jdbi(), shop.table(), Shop.PREFIX)
            .send(
                new Resends.Selection(
                    Outcome.FAILED, new DoubtQueue.Selection(List.of("1", "2"), null, null)),
                new Resends.Decision("ann", "mended", false, 10));

    assertThat(done.orders()).isEqualTo(1);
    assertThat(shop.status(1)).isEqualTo("FAILED");
    assertThat(shop.status(2)).isEqualTo("PENDING");
  }

  @Test
  void whatTheDatabaseForgotIsRestoredButForALockedOrderWhichIsTriedAgain() throws SQLException {
    shop.pending(1, 2);
    Restoration restoration = new Restoration(shop.jdbi(), shop.table(), Shop.PREFIX);
    List<ResultEvent> told = List.of(told("1"), told("2"));
    owner("SELECT FROM orders WHERE id = 1 FOR UPDATE");

    assertThatIllegalStateException()
        .isThrownBy(() -> restoration.restore("r1", told))
        .withMessageContaining("1 orders are locked");

    assertThat(shop.status(1) + shop.status(2)).isEqualTo("PENDINGCOMPLETED");
    owner.commit();
    assertThat(restoration.restore("r1", told)).containsExactly("1");
  }

  private static ResultEvent told(String id) {
    return new ResultEvent(
        id, 1, 1, UUID.randomUUID(), Outcome.COMPLETED, Shop.RUN, 200, null, "r", Map.of());
  }

  @Test
  void whatTheDatabaseForgotIsRecalledButForALockedOrderWhichIsTriedAgain() throws SQLException {
    shop.pending(1, 2);
    Recollection recollection = new Recollection(shop.jdbi(), shop.table(), Shop.PREFIX);
    Intent intent = new Intent(Shop.WORKER, "server", "0/1", List.of(claim("1"), claim("2")));
    owner("SELECT FROM orders WHERE id = 1 FOR UPDATE");

    assertThatIllegalStateException()
        .isThrownBy(() -> recollection.recall(intent))
        .withMessageContaining("1 orders are locked");

    assertThat(shop.status(1) + shop.status(2)).isEqualTo("PENDINGIN_DOUBT");
    owner.commit();
    assertThat(recollection.recall(intent)).isEqualTo(1);
  }

  private static Intent.Entry claim(String id) {
    return new Intent.Entry(id, 1, UUID.randomUUID(), Shop.RUN, 0, 0, 0);
  }
}
