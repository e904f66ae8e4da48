package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.console.Console;
import io.duly.operations.Installation;
import io.duly.sandbox.LedgerSummary;
import io.duly.sandbox.SampleContract;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run of a million orders by processes with a heap of 256 MB; of {@code -Dduly.million} orders
 * where that is given.
 */
@EnabledIfSystemProperty(named = "duly.matrix", matches = "full")
class MillionTest {
  private static final long ORDERS = Long.getLong("duly.million", 1_000_000);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @Test
  void aMillionOrdersFitIntoASmallHeap() throws Exception {
    try (Shop shop = Shop.open(folder, SampleContract.IDEMPOTENT, "0ms", ORDERS)) {
      shop.forVolume().init();
      DulyProcess reconciler = shop.start("reconciler", "reconciler");
      DulyProcess worker = shop.start("worker", "worker");
      shop.start("ingest", "ingest");
      long started = System.nanoTime();
      shop.openRun();

      shop.awaitClosed(Duration.ofMinutes(60));

      Duration took = Duration.ofNanos(System.nanoTime() - started);
      long settled =
          shop.count("SELECT completed + failed + in_doubt FROM duly.run WHERE state = 'CLOSED'");
      System.out.printf(
          "%d orders: took=%s, orders/s=%d, peak memory MB reconciler=%d worker=%d%n",
          ORDERS,
          took,
          ORDERS / Math.max(1, took.toSeconds()),
          reconciler.peakMegabytes(),
          worker.peakMegabytes());
      assertThat(settled).isEqualTo(ORDERS);
      assertThat(shop.count("SELECT selected FROM duly.run")).isEqualTo(ORDERS);
      assertThat(shop.count("SELECT count(*) FROM duly.attempt WHERE witness = 3"))
          .isEqualTo(ORDERS);
      LedgerSummary books = shop.books();
      assertThat(books.ordersWithTwoEffects()).isZero();
      assertThat(books.callsByOrder()).hasSize((int) ORDERS);
      assertThat(reconciler.hasSaid("OutOfMemoryError")).isFalse();
      verify(shop);
      thePageIsThereWithinASecond(shop);
    }
  }

  private static void thePageIsThereWithinASecond(Shop shop) throws Exception {
    try (Installation installation = Installation.open(shop.settings(), "million");
        Console console = Console.start(installation, 0)) {
      HttpClient client = HttpClient.newHttpClient();
      Duration total = Duration.ZERO;
      for (String each : new String[] {"", "api/v1/history", "api/v1/overview"}) {
        long began = System.nanoTime();
        HttpResponse<String> found =
            client.send(
                HttpRequest.newBuilder(URI.create(console.url() + each)).build(),
                HttpResponse.BodyHandlers.ofString());
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        System.out.printf("GET /%s: %s%n", each, took);
        assertThat(found.statusCode()).as(each).isEqualTo(200);
        total = total.plus(took);
      }
      assertThat(total).isLessThan(Duration.ofSeconds(1));
    }
  }

  private static void verify(Shop shop) {
    long began = System.nanoTime();
    DulyProcess verify = shop.start("verify", "verify");
    verify.process().onExit().join();
    System.out.printf("duly verify: took=%s%n", Duration.ofNanos(System.nanoTime() - began));
    assertThat(verify.hasSaid("all agree")).isTrue();
  }
}
