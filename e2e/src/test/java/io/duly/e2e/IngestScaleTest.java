package io.duly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.sandbox.SampleContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ingest on large tables, as a process with a small heap. */
class IngestScaleTest {
  private static final String PUBLISHED = "SELECT count(*) FROM duly.run WHERE state = 'PUBLISHED'";
  private static final Pattern LONGEST = Pattern.compile("longestReadMillis=(\\d+)");
  private static final Pattern HEAP = Pattern.compile("(\\d+)M->\\d+M");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  /** Rows are in the order of their ids, or in no order, as with random keys. */
  @ParameterizedTest
  @CsvSource({"300000, 18000, n", "300000, 18000, 'n * 48271 % 2147483647'"})
  void fewScatteredOrdersOfATableArePublishedByShortReads(long rows, long due, String id) {
    publish(rows, due, id);
  }

  @ParameterizedTest
  @CsvSource({"5000000, 300000, n", "5000000, 300000, 'n * 48271 % 2147483647'"})
  @EnabledIfSystemProperty(named = "duly.matrix", matches = "full")
  void fewScatteredOrdersOfAVeryLargeTableArePublishedByShortReads(long rows, long due, String id) {
    publish(rows, due, id);
  }

  @Test
  @EnabledIfSystemProperty(named = "duly.matrix", matches = "full")
  void tenMillionOrdersArePublishedInASmallHeap() {
    publish(10_000_000, 10_000_000, "n");
  }

  private void publish(long rows, long due, String id) {
    try (Shop shop = Shop.open(folder, SampleContract.IDEMPOTENT, "0ms", 0)) {
      fill(shop, rows, due, id);
      shop.with("ingest.page", "10000").init();
      Path collections = folder.resolve("heap.log");
      DulyProcess ingest =
          shop.start("ingest", "ingest", "-Xmx128m", "-Xlog:gc:file=" + collections);
      shop.execute("ANALYZE orders");
      shop.awaitCount(
          "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'duly-ingest'",
          1,
          Duration.ofMinutes(1));
      long began = System.nanoTime();
      shop.openRun();
      shop.awaitCount(PUBLISHED, 1, Duration.ofMinutes(20));
      double seconds = (System.nanoTime() - began) / 1e9;

      String log = read(ingest.log());
      long longest = most(LONGEST, log);
      System.out.printf(
          "%d of %d rows due, id %s: published in %.1f s, rows/s=%d, orders/s=%d, longest read=%d ms, peak heap=%d MB of 128, peak memory=%d MB%n",
          due,
          rows,
          id,
          seconds,
          Math.round(rows / seconds),
          Math.round(due / seconds),
          longest,
          most(HEAP, read(collections)),
          ingest.peakMegabytes());
      assertThat(shop.count("SELECT selected FROM duly.run")).isEqualTo(due);
      assertThat(shop.broker().ends("shop.due")).isEqualTo(due);
      assertThat(longest).isLessThanOrEqualTo(1_000);
      assertThat(log).doesNotContain("OutOfMemoryError");
    }
  }

  /** Every so many rows is due, at a random place among them. */
  private static void fill(Shop shop, long rows, long due, String id) {
    long step = rows / due;
    shop.execute(
        """
        INSERT INTO orders
        SELECT %s, n, 1, 'LOW', 'clerk', current_date,
          CASE WHEN n %% %d = abs(hashint8(n / %d)) %% %d AND n / %d < %d THEN 'PENDING' ELSE 'COMPLETED' END
        FROM generate_series(0, %d::bigint - 1) n
        """
            .formatted(id, step, step, step, step, due, rows));
  }

  private static long most(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    long most = 0;
    while (matcher.find()) {
      most = Math.max(most, Long.parseLong(matcher.group(1)));
    }
    return most;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
