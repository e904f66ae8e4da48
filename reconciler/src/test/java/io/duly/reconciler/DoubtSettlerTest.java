package io.duly.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.api.LookupAnswer;
import io.duly.orders.Claim;
import io.duly.orders.Doubts;
import io.duly.orders.IdempotencyKeys;
import io.duly.orders.Outcome;
import io.duly.orders.Records;
import io.duly.reconciler.SitesExtension.Sites;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a lookup's answer does to a doubt. */
@ExtendWith(SitesExtension.class)
class DoubtSettlerTest {
  private static final Duration QUIET = Duration.ofSeconds(25);

  private final BooksApi api = new BooksApi();
  private Site site;
  private Duration uptime = Duration.ofDays(1);
  private Duration ahead = Duration.ZERO;
  private final ClockWatch clock =
      new ClockWatch(() -> Instant.EPOCH.plus(uptime).plus(ahead), () -> uptime.toNanos());
  private DoubtSettler settler;

  @BeforeEach
  void open(Sites sites) {
    site = sites.with(Map.of("api.contract", "lookup", "reconciler.retry-not-executed", "true"));
    settler = settler(clock);
    clock.look();
    uptime = uptime.plus(QUIET);
  }

  private DoubtSettler settler(ClockWatch watch) {
    return new DoubtSettler(
        site.settings(),
        api,
        new IdempotencyKeys("shop", site.table().name()),
        new Doubts(site.jdbi(), site.table()),
        new Records(site.jdbi(), site.table(), Site.SLOT),
        watch);
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void unknownLeavesTheDoubt() {
    doubt("7", Outcome.IN_DOUBT);
    quiet();

    assertThat(settler.once()).isZero();

    assertThat(api.asked()).containsExactly("7");
    assertThat(status()).isEqualTo("IN_DOUBT");
    assertThat(site.count("SELECT count(*) FROM duly.evidence")).isZero();
  }

  @Test
  void noLookupIsMadeBeforeTheQuietPeriod() {
    doubt("7", Outcome.IN_DOUBT);
    api.answers(new LookupAnswer.NotExecuted());

    assertThat(settler.once()).isZero();

    assertThat(api.asked()).isEmpty();
    assertThat(status()).isEqualTo("IN_DOUBT");
  }

  @Test
  void aClockThatWasPutForwardMakesNoDoubtOlder() {
    doubt("7", Outcome.IN_DOUBT);
    api.answers(new LookupAnswer.NotExecuted());

    quiet();
    ahead = Duration.ofDays(1);
    settler.once();
    uptime = uptime.plus(QUIET).minusSeconds(1);
    settler.once();

    assertThat(api.asked()).isEmpty();
    uptime = uptime.plusSeconds(1);
    assertThat(settler.once()).isEqualTo(1);
  }

  @Test
  void aReconcilerThatHasNotWatchedTheClockYetAsksForNoDoubt() {
    doubt("7", Outcome.IN_DOUBT);
    quiet();
    DoubtSettler fresh = settler(new ClockWatch(() -> Instant.EPOCH, () -> uptime.toNanos()));

    assertThat(fresh.once()).isZero();

    assertThat(api.asked()).isEmpty();
  }

  @Test
  void executedSettlesTheDoubtWithTheReference() {
    doubt("7", Outcome.IN_DOUBT);
    quiet();
    api.answers(new LookupAnswer.Executed(false, "ref-9"));

    assertThat(settler.once()).isEqualTo(1);

    assertThat(status()).isEqualTo("COMPLETED");
    assertThat(site.text("SELECT reference FROM duly.attempt WHERE order_id = 7"))
        .isEqualTo("ref-9");
  }

  @Test
  void refusedSettlesTheDoubtAsFailed() {
    doubt("7", Outcome.IN_DOUBT);
    quiet();
    api.answers(new LookupAnswer.Executed(true, null));

    assertThat(settler.once()).isEqualTo(1);

    assertThat(status()).isEqualTo("FAILED");
  }

  @Test
  void notExecutedPutsTheOrderBack() {
    doubt("7", Outcome.IN_DOUBT);
    quiet();
    api.answers(new LookupAnswer.NotExecuted());

    assertThat(settler.once()).isEqualTo(1);

    assertThat(status()).isEqualTo("PENDING");
    assertThat(site.count("SELECT order_id FROM duly.retry")).isEqualTo(7);
  }

  @Test
  void anOrderThatAClaimWouldRefuseIsNotPutBackAndAPersonIsToldWhy() {
    doubt("7", Outcome.FAILED);
    site.execute("UPDATE orders SET status = 'PENDING' WHERE id = 7");
    assertThat(site.workers().claimAll("second worker")).as("the guard refuses it").isEmpty();
    quiet();
    api.answers(new LookupAnswer.NotExecuted());

    assertThat(settler.once()).isZero();

    assertThat(api.asked()).containsExactly("7");
    assertThat(status()).isEqualTo("IN_DOUBT");
    assertThat(site.count("SELECT count(*) FROM duly.retry")).isZero();
    assertThat(site.text("SELECT detail FROM duly.evidence"))
        .endsWith("another attempt was or may have been sent");
  }

  @Test
  void anOrderWithTwoDoubtsIsPutBackAndClaimedAgain() {
    doubt("7", Outcome.IN_DOUBT);
    site.execute("UPDATE orders SET status = 'PENDING' WHERE id = 7");
    assertThat(site.workers().claimAll("second worker")).as("the guard refuses it").isEmpty();
    quiet();
    api.answers(new LookupAnswer.NotExecuted());

    assertThat(settler.once()).isEqualTo(2);

    assertThat(site.workers().claimAll("third worker"))
        .singleElement()
        .satisfies(each -> assertThat(each.attempt()).isEqualTo(3));
  }

  /** One order has had a call that ended so; the others are not there. */
  private void doubt(String orderId, Outcome outcome) {
    site.execute("DELETE FROM orders WHERE id <> " + orderId);
    List<Claim> claims = site.workers().claimAll("worker");
    site.workers().record("worker", claims, outcome);
  }

  private void quiet() {
    site.execute("UPDATE duly.attempt SET claimed_at = claimed_at - interval '1 day'");
  }

  private String status() {
    return site.text("SELECT status FROM orders WHERE id = 7");
  }
}
