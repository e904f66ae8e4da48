package io.duly.orders;

import static io.duly.orders.Contract.IDEMPOTENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.RunControl.Reply;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ShopExtension.class)
class RunControlTest {
  private final Shop shop;
  private RunControl control;

  RunControlTest(Shop shop) {
    this.shop = shop;
  }

  @BeforeEach
  void control() {
    control = new RunControl(shop.jdbi());
  }

  @Test
  void nothingOfAPausedRunIsClaimed() {
    shop.pending(1);

    assertThat(control.pause(Shop.RUN, "the bank asked")).isEqualTo(Reply.DONE);

    assertThat(shop.refusal(shop.claims(IDEMPOTENT), 1)).isEqualTo(Refusal.RUN_PAUSED);
    assertThat(Refusal.RUN_PAUSED.waits()).isFalse();
    assertThat(shop.status(1)).isEqualTo("PENDING");
    assertThat(shop.count("duly.attempt")).isZero();
    assertThat(control.goingOn()).isEmpty();
  }

  @Test
  void aRunThatGoesOnIsPublishedAnewFromItsFirstId() {
    shop.pending(1, 2);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.COMPLETED);
    shop.execute("UPDATE duly.run SET selected = 2, last_id = 2, start_offsets = '{5}'");
    control.pause(Shop.RUN, "the bank asked");

    assertThat(control.resume(Shop.RUN)).isEqualTo(Reply.DONE);

    Run run = shop.runs().find(Shop.RUN).orElseThrow();
    assertThat(run.state()).isEqualTo(Run.State.PUBLISHING);
    assertThat(run.lastId()).isNull();
    assertThat(run.startOffsets()).containsExactly(5L);
    assertThat(run.selected()).isEqualTo(1);
    assertThat(control.goingOn()).containsExactly(Shop.RUN);
    assertThat(shop.claim(IDEMPOTENT, 2).orderId()).isEqualTo("2");
  }

  private static final String CANARY =
      "UPDATE duly.run SET state = 'PUBLISHING', owner = '', canary_ids = '{1,2,3}', canary_at = clock_timestamp(), selected = 3, last_id = 3";

  @Test
  void aRunThatAwaitsItsCanaryAwaitsItAfterAPauseAsWell() {
    RunOwnership mine = new RunOwnership(shop.jdbi(), shop.table(), "i1", Duration.ofMinutes(1));
    Canaries canaries = new Canaries(shop.jdbi(), shop.table());
    shop.pending(1, 2, 3);
    shop.execute(CANARY);
    control.pause(Shop.RUN, "the bank asked");

    assertThat(control.resume(Shop.RUN)).isEqualTo(Reply.DONE);

    assertThat(mine.adopt(List.of())).isEmpty();
    assertThat(canaries.waiting()).containsExactly(Shop.RUN);
    assertThat(canaries.pass(Shop.RUN)).isTrue();
    Run run = mine.adopt(List.of()).orElseThrow();
    assertThat(run.lastId()).isEqualTo("3");
    assertThat(run.selected()).isEqualTo(3);
    assertThat(shop.ask("SELECT resumed FROM duly.run", Boolean.class)).isFalse();
  }

  @Test
  void aRunThatItsCanaryHasStoppedGoesOnWhenAPersonResumesIt() {
    RunOwnership mine = new RunOwnership(shop.jdbi(), shop.table(), "i1", Duration.ofMinutes(1));
    shop.execute(CANARY);
    assertThat(control.stop(Shop.RUN, "canary: 3 FAILED")).isTrue();
    control.pause(Shop.RUN, "the bank is asked");

    assertThat(control.resume(Shop.RUN)).isEqualTo(Reply.DONE);

    assertThat(mine.adopt(List.of()).orElseThrow().lastId()).isNull();
  }

  @Test
  void whatKeepsARunFromBeingPublishedIsToldOnceUntilItGetsOn() {
    RunOwnership mine = new RunOwnership(shop.jdbi(), shop.table(), "i1", Duration.ofMinutes(1));
    shop.execute("UPDATE duly.run SET state = 'OPEN', owner = ''");
    shop.execute("DELETE FROM duly.notification");
    Run run = mine.adopt(List.of()).orElseThrow();

    assertThat(mine.stuck(Shop.RUN, "division by zero")).isTrue();
    assertThat(mine.stuck(Shop.RUN, "division by zero")).isFalse();

    assertThat(new Notifications(shop.jdbi()).latest(10)).containsExactly("run-stuck");
    assertThat(RunLife.read(shop.jdbi(), Shop.RUN).orElseThrow().trouble())
        .isEqualTo("division by zero");
    assertThat(mine.advance(run, "10", 10)).isTrue();
    assertThat(RunLife.read(shop.jdbi(), Shop.RUN).orElseThrow().trouble()).isNull();
  }

  @Test
  void retriesOfAPausedRunWaitForIt() {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY);
    control.pause(Shop.RUN, "the bank asked");

    assertThat(shop.rescues().queueDue(Duration.ofMinutes(1), 10)).isZero();
    control.resume(Shop.RUN);
    assertThat(shop.rescues().queueDue(Duration.ofMinutes(1), 10)).isEqualTo(1);
  }

  @Test
  void retriesOfACancelledRunAreDropped() {
    shop.pending(1);
    shop.record(shop.claim(IDEMPOTENT, 1), Outcome.RETRY);
    control.cancel(Shop.RUN, "the wrong day", "Ann");

    assertThat(shop.rescues().queueDue(Duration.ofMinutes(1), 10)).isZero();

    assertThat(shop.count("duly.retry")).isZero();
    assertThat(shop.status(1)).isEqualTo("PENDING");
  }

  @Test
  void nothingOfACancelledRunIsClaimed() {
    shop.pending(1);

    assertThat(control.cancel(Shop.RUN, "the wrong day", "Ann")).isEqualTo(Reply.DONE);

    assertThat(shop.refusal(shop.claims(IDEMPOTENT), 1)).isEqualTo(Refusal.RUN_NOT_OPEN);
    assertThat(control.goingOn()).isEmpty();
    assertThat(RunLife.read(shop.jdbi(), Shop.RUN).orElseThrow().cancelledBy()).isEqualTo("Ann");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CLOSED", "CANCELLED", "MISSED"})
  void aRunThatIsOverStaysSo(String state) {
    shop.execute("UPDATE duly.run SET state = ?", state);

    assertThat(control.pause(Shop.RUN, "late")).isEqualTo(Reply.REFUSED);
    assertThat(control.resume(Shop.RUN)).isEqualTo(Reply.REFUSED);
    assertThat(control.cancel(Shop.RUN, "late", "Ann")).isEqualTo(Reply.REFUSED);
    assertThat(control.cancel(99, "late", "Ann")).isEqualTo(Reply.UNKNOWN_RUN);
    assertThat(shop.runs().find(Shop.RUN).orElseThrow().state()).hasToString(state);
  }

  @Test
  void theIngestOfACancelledOrPausedRunPublishesNoMore() {
    RunOwnership mine = new RunOwnership(shop.jdbi(), shop.table(), "i1", Duration.ofMinutes(1));
    shop.execute("UPDATE duly.run SET state = 'OPEN', owner = ''");
    Run run = mine.adopt(List.of()).orElseThrow();
    control.pause(Shop.RUN, "the bank asked");

    assertThat(mine.advance(run, "10", 10)).isFalse();
    assertThat(mine.adopt(List.of())).isEmpty();
    control.resume(Shop.RUN);
    Run again = mine.adopt(List.of()).orElseThrow();
    control.cancel(Shop.RUN, "the wrong day", "Ann");
    assertThat(mine.advance(again, "10", 10)).isFalse();
    assertThat(mine.adopt(List.of())).isEmpty();
  }

  @Test
  void aCancelledRunIsSettledOnceItsIngestHasLetGo() {
    CancelledRuns cancelled = new CancelledRuns(shop.jdbi(), shop.table());
    Duration patience = Duration.ofMinutes(1);
    RunOwnership mine = new RunOwnership(shop.jdbi(), shop.table(), "i1", patience);
    shop.execute("UPDATE duly.run SET state = 'OPEN', owner = ''");
    Run run = mine.adopt(List.of()).orElseThrow();
    control.cancel(Shop.RUN, "the wrong day", "Ann");
    shop.execute("UPDATE duly.run SET cancelled_at = cancelled_at - interval '3 s'");

    assertThat(cancelled.unsettled(patience)).isEmpty();
    mine.letGo(run);
    assertThat(cancelled.unsettled(patience)).hasSize(1);
    assertThat(cancelled.settle(Shop.RUN, new RunTotals(0, 0, 0), 0, 12, List.of(12L))).isTrue();
    assertThat(cancelled.unsettled(patience)).isEmpty();
    assertThat(RunLife.read(shop.jdbi(), Shop.RUN).orElseThrow().unclaimed()).isEqualTo(12);
  }
}
