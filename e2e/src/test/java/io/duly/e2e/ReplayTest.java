package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.SampleContract;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A topic that is read again, and orders that are sent again because a person says so. */
class ReplayTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void aFinishedTopicIsReadAgainWithoutACall() {
    readAgain(3_000);
  }

  @Test
  @EnabledIfSystemProperty(named = "duly.matrix", matches = "full")
  void aFinishedTopicOf100000RecordsIsReadAgainWithoutACall() {
    readAgain(100_000);
  }

  private void readAgain(int orders) {
    try (Shop shop = Shop.open(folder, SampleContract.NEITHER, "0ms", orders)) {
      shop.forVolume();
      finish(shop);
      long calls = calls(shop);

      Command plan = shop.duly("replay", "--to-earliest");
      assertThat(plan.out())
          .containsPattern("offsets read again +" + orders + "\\R")
          .containsPattern("API calls at most +0\\R")
          .contains("--execute does it");
      assertThat(shop.duly("replay", "--to-earliest", "--execute").exitCode()).isEqualTo(2);

      Command done = shop.duly("replay", "--to-earliest", "--execute", "--reason", "to see it");
      System.out.println(done.out());
      assertThat(done.out())
          .contains(orders + " offsets were read again in")
          .contains("0 orders were claimed");
      assertThat(shop.duly("replay", "--run", "1").out())
          .containsPattern("offsets read again +" + orders);
      assertThat(shop.duly("lag", "--until-zero", "--timeout", "20s").exitCode()).isZero();
      assertThat(calls(shop)).isEqualTo(calls);
      assertThat(shop.duly("replay", "--history", "-o", "csv").out())
          .contains("to see it")
          .contains(": ");
      Command verified = shop.duly("verify", "1");
      assertThat(verified.exitCode()).as(verified.out() + verified.notes()).isZero();
    }
  }

  @Test
  void thoseThatFailedAreCalledExactlyOnceMoreUnderAnApiThatHonoursNothing() {
    thoseThatFailedAreCalledExactlyOnceMore(SampleContract.NEITHER);
  }

  @ParameterizedTest
  @EnumSource(
      value = SampleContract.class,
      names = {"IDEMPOTENT", "LOOKUP"})
  @EnabledIfSystemProperty(named = "duly.matrix", matches = "full")
  void thoseThatFailedAreCalledExactlyOnceMore(SampleContract contract) {
    try (Shop shop = Shop.open(folder, contract, "0ms", 300)) {
      finish(shop);
      long calls = calls(shop);
      long failed = shop.count("SELECT count(*) FROM orders WHERE status = 'FAILED'");
      assertThat(failed).isPositive();
      String[] forced = {
        "replay",
        "--run",
        "1",
        "--status",
        "FAILED",
        "--reason",
        "they mended it",
        "--max-calls",
        Long.toString(failed),
        "--force",
        "--execute",
        "--i-know-this-calls-again"
      };

      refusals(shop, contract, failed);
      Command sent = shop.duly(forced);
      assertThat(sent.out()).contains(failed + " are sent again by run 2");
      assertThat(shop.duly(forced).exitCode()).isEqualTo(3);
      shop.awaitCount(
          "SELECT count(*) FROM duly.run WHERE state = 'CLOSED'", 2, Duration.ofMinutes(1));

      assertThat(calls(shop)).isEqualTo(calls + failed);
      assertThat(
              shop.count(
                  "SELECT count(*) FROM (SELECT order_id FROM duly.attempt GROUP BY order_id HAVING count(*) = 2 AND max(generation) = 1) twice"))
          .isEqualTo(failed);
      assertThat(shop.count("SELECT selected FROM duly.run WHERE id = 2")).isEqualTo(failed);
      for (String run : new String[] {"1", "2"}) {
        Command verified = shop.duly("verify", run, "--ledger", shop.ledger().toString());
        assertThat(verified.exitCode()).as(verified.out() + verified.notes()).isZero();
      }
    }
  }

  private static void refusals(Shop shop, SampleContract contract, long failed) {
    String most = Long.toString(failed);
    assertThat(
            shop.duly("replay", "--run", "1", "--status", "COMPLETED", "--reason", "x").exitCode())
        .isEqualTo(4);
    assertThat(
            shop.duly("replay", "--run", "1", "--status", "FAILED", "--reason", "x", "--execute")
                .out())
        .contains("--force sends them again");
    Command unbound =
        shop.duly(
            "replay",
            "--run",
            "1",
            "--status",
            "FAILED",
            "--reason",
            "x",
            "--force",
            "--i-know-this-calls-again",
            "--execute");
    assertThat(unbound.exitCode()).isEqualTo(4);
    assertThat(unbound.out()).contains("more than 0 orders; --max-calls allows more");
    Command plain =
        shop.duly(
            "replay", "--run", "1", "--status", "FAILED", "--reason", "x", "--max-calls", most);
    assertThat(plain.exitCode()).isEqualTo(contract == SampleContract.NEITHER ? 4 : 0);
    assertThat(shop.count("SELECT count(*) FROM duly.decision")).isZero();
  }

  @Test
  void whatWasSetAsideIsPutBackSoManyTimes() throws Exception {
    try (Shop shop = Shop.open(folder, SampleContract.IDEMPOTENT, "0ms", 10)) {
      finish(shop);
      shop.broker().produce("shop.due", "not a number", "1");
      awaitDead(shop, 1);

      assertThat(shop.duly("replay", "--dead").out()).startsWith("1 records would be put back;");
      assertThat(shop.duly("replay", "--dead", "--execute", "--max-calls", "1").exitCode())
          .isEqualTo(2);
      assertThat(shop.duly("replay", "--dead", "--execute", "--reason", "x").exitCode())
          .isEqualTo(4);
      for (int time = 1; time <= 2; time++) {
        assertThat(redrive(shop, "2").out()).startsWith("1 records were put back;");
        awaitDead(shop, time + 1);
      }
      Command last = redrive(shop, "2");
      assertThat(last.exitCode()).isEqualTo(3);
      assertThat(last.out()).contains("1 are left that were put back 2 times");
      assertThat(redrive(shop, "3").out()).startsWith("1 records were put back; 0 are left");
      assertThat(shop.duly("replay", "--history", "-o", "csv").out())
          .contains("shop.dead", "once more", "DONE: 1 records were put back");
    }
  }

  private static Command redrive(Shop shop, String most) {
    return shop.duly(
        "replay",
        "--dead",
        "--max-redrives",
        most,
        "--max-calls",
        "5",
        "--execute",
        "--reason",
        "once more");
  }

  private static void awaitDead(Shop shop, int records) {
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> shop.broker().read("shop.dead").size() == records);
  }

  private static void finish(Shop shop) {
    shop.init();
    shop.start("reconciler", "reconciler");
    shop.start("worker", "worker");
    shop.start("ingest", "ingest");
    shop.openRun();
    shop.awaitClosed(Duration.ofMinutes(3));
  }

  private static long calls(Shop shop) {
    return shop.count("SELECT sum(calls) FROM duly.attempt");
  }
}
