package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.LedgerEvent;
import io.duly.sandbox.LedgerReader;
import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A run is paused, goes on, and is cancelled, under processes that work on it. */
class RunControlTest {
  private static final int ORDERS = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String SETTLED =
      "SELECT count(*) FROM orders WHERE status IN ('COMPLETED', 'FAILED')";
  private static final String PENDING = "SELECT count(*) FROM orders WHERE status = 'PENDING'";
  private static final String BURNED =
      "SELECT concat_ws(' ', outcome, reason) FROM duly.attempt WHERE outcome NOT IN ('COMPLETED', 'FAILED', 'RELEASED', 'NOT_EXECUTED')";

  private static final String SOME_PENDING =
      "(SELECT id FROM orders WHERE status = 'PENDING' ORDER BY id DESC LIMIT 50)";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private Shop shop;

  @Test
  void aPausedRunStandsStillAndACancelledOneIsLeftToALaterOne() {
    try (Shop opened = Shop.open(folder, SampleContract.NEITHER, "20ms", ORDERS)) {
      shop = opened;
      work();

      duly(0, "pause", "1", "--reason", "the bank asked");
      assertThatCallsEndWithin2s(Instant.now());
      assertThat(shop.duly("status", "1").out()).contains("run paused the bank asked");
      anotherRunGoesOn();

      Instant lastOne = lastCall();
      duly(0, "resume", "1");
      assertThatCallsBeginWithin2s(Instant.now(), lastOne);
      duly(4, "resume", "1");
      shop.awaitCount(SETTLED, shop.count(SETTLED) + 50, PATIENCE);
      duly(0, "cancel", "1", "--reason", "the wrong day", "--who", "Ann");
      assertThatCallsEndWithin2s(Instant.now());
      assertThatTheCancelledRunBalances();

      shop.openRun();
      shop.awaitCount("SELECT count(*) FROM duly.run WHERE state = 'CLOSED'", 2, PATIENCE);
      assertThat(shop.count(SETTLED)).isEqualTo(ORDERS);
      assertThat(shop.books().callsByOrder()).hasSize(ORDERS);
      assertThat(shop.books().requests()).isEqualTo(ORDERS);
      duly(0, "verify", "3");
    }
  }

  private void work() {
    shop.with("topic.partitions", "2").with("api.rate", "40").with("api.timeout", "10s");
    shop.with("worker.heartbeat-timeout", "10s").with("reconciler.grace", "1m").init();
    shop.start("run", "all");
    shop.start("worker", "worker");
    shop.openRun();
    shop.awaitCount(SETTLED, 40, PATIENCE);
  }

  /** Its records lie behind those of the paused run, in the same partitions. */
  private void anotherRunGoesOn() {
    shop.execute("UPDATE orders SET clerk = 'urgent' WHERE id IN " + SOME_PENDING);
    shop.openRun("clerk = 'urgent'");
    shop.awaitClosed(PATIENCE);
    assertThat(shop.count("SELECT completed + failed FROM duly.run WHERE id = 2")).isEqualTo(50);
  }

  private void assertThatTheCancelledRunBalances() {
    shop.awaitCount("SELECT count(*) FROM duly.run WHERE unclaimed IS NOT NULL", 1, PATIENCE);
    assertThat(shop.count("SELECT completed + failed FROM duly.run WHERE id = 1"))
        .isEqualTo(shop.count(SETTLED) - 50);
    assertThat(shop.count("SELECT count(*) FROM duly.skipped")).isZero();
    assertThat(shop.count("SELECT count(*) FROM duly.retry")).isZero();
    assertThat(shop.duly("status", "1").out())
        .contains("cancelled  by Ann: the wrong day", "unclaimed  ");
    duly(0, "verify", "1");
    duly(4, "cancel", "1", "--reason", "again");
    duly(4, "pause", "1", "--reason", "again");
    duly(3, "cancel", "99", "--reason", "a number nobody has");
  }

  /** By the API's own books: the last call before a while without any. */
  private void assertThatCallsEndWithin2s(Instant said) {
    AtomicReference<Instant> last = new AtomicReference<>(Instant.MIN);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .during(Duration.ofSeconds(3))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> lastCall().equals(last.getAndSet(lastCall())));
    System.out.printf(
        "last call %d ms after the command%n", Duration.between(said, last.get()).toMillis());
    assertThat(last.get()).isBefore(said.plusSeconds(2));
    assertThat(shop.count(PENDING)).isPositive();
    assertThat(Sql.texts(shop.url(), BURNED)).isEmpty();
  }

  /** By the same books: the first call after {@code lastOne}. */
  private void assertThatCallsBeginWithin2s(Instant said, Instant lastOne) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> lastCall().isAfter(lastOne));
    Instant first =
        calls().stream().filter(each -> each.isAfter(lastOne)).findFirst().orElseThrow();
    System.out.printf(
        "first call %d ms after the command%n", Duration.between(said, first).toMillis());
    assertThat(first).isBefore(said.plusSeconds(2));
  }

  private Instant lastCall() {
    List<Instant> calls = calls();
    return calls.isEmpty() ? Instant.MIN : calls.get(calls.size() - 1);
  }

  /** When the API was called, in that order. */
  private List<Instant> calls() {
    List<Instant> calls = new ArrayList<>();
    LedgerReader.forEach(
        shop.ledger(),
        each -> {
          if (each.event() == LedgerEvent.RECEIVED) {
            calls.add(each.instant());
          }
        });
    return calls;
  }

  private void duly(int exitCode, String... arguments) {
    Command done = shop.duly(arguments);
    assertThat(done.exitCode()).as(done.toString()).isEqualTo(exitCode);
  }
}
