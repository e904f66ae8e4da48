package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.LedgerSummary;
import io.duly.sandbox.SampleContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A database that is away for longer than every time-out, while calls are in flight. */
@EnabledIfSystemProperty(named = "duly.matrix", matches = "full")
class DatabaseOutageTest {
  private static final int ORDERS = 240;
  private static final Duration OUTAGE = Duration.ofSeconds(8);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void aFrozenDatabaseMovesNoOrderOfALivingWorker() {
    outage(
        "frozen",
        shop -> {
          signal(shop, "STOP");
          passTime();
          signal(shop, "CONT");
        });
  }

  @Test
  void aDatabaseThatIsStoppedMovesNoOrderOfALivingWorker() {
    outage(
        "stopped",
        shop -> {
          shop.stopDatabaseHard();
          passTime();
          shop.startDatabase();
        });
  }

  private void outage(String name, Consumer<Shop> outage) {
    try (Shop shop = Shop.open(folder, SampleContract.NEITHER, "800ms", ORDERS)) {
      shop.with("api.concurrency", "10").with("worker.window", "20").with("api.timeout", "5s");
      shop.init();
      for (String part : List.of("reconciler", "ingest", "worker")) {
        shop.start(part, part);
      }
      shop.start("worker", "worker2");
      shop.openRun();
      shop.awaitCount("SELECT count(*) FROM duly.attempt", ORDERS / 4, Duration.ofMinutes(1));
      shop.awaitCount(
          "SELECT count(*) FROM duly.attempt WHERE finished_at IS NULL", 5, Duration.ofMinutes(1));

      outage.accept(shop);
      shop.awaitClosed(Duration.ofMinutes(2));

      LedgerSummary books = shop.books();
      long moved =
          shop.count("SELECT count(*) FROM duly.attempt WHERE outcome IN ('LOST', 'IN_DOUBT')");
      System.out.printf(
          "database %s for %s: attempts moved=%d, calls=%d, evidence=%d%n",
          name, OUTAGE, moved, books.requests(), shop.count("SELECT count(*) FROM duly.evidence"));
      assertThat(books.callsByOrder())
          .hasSize(ORDERS)
          .allSatisfy((id, calls) -> assertThat(calls).isOne());
      assertThat(moved).isZero();
      assertThat(shop.count("SELECT count(*) FROM orders WHERE status IN ('COMPLETED', 'FAILED')"))
          .isEqualTo(ORDERS);
    }
  }

  private static void passTime() {
    Awaitility.await().pollDelay(OUTAGE).atMost(OUTAGE.multipliedBy(2)).until(() -> true);
  }

  /** The postmaster first, so that it starts no process meanwhile. */
  private static void signal(Shop shop, String signal) {
    try {
      Path pid = shop.postgres().dataFolder().resolve("pgdata").resolve("postmaster.pid");
      ProcessHandle server =
          ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).get(0))).orElseThrow();
      assertThat(kill(signal, server)).isTrue();
      for (ProcessHandle each : server.descendants().toList()) {
        if (!kill(signal, each)) {
          assertThat(each.isAlive()).isFalse(); // it ended by itself meanwhile
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static boolean kill(String signal, ProcessHandle process) throws IOException {
    List<String> command = List.of("kill", "-" + signal, String.valueOf(process.pid()));
    return new ProcessBuilder(command).start().onExit().join().exitValue() == 0;
  }
}
