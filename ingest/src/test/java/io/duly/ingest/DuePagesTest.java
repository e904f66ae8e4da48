package io.duly.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.orders.OrdersTable;
import io.duly.orders.TableInspector;
import io.duly.runtime.Database;
import io.duly.runtime.Settings;
import io.duly.sandbox.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DuePagesTest {
  @TempDir static Path folder;
  private static EmbeddedPostgres postgres;
  private static Database database;
  private static Settings settings;

  @BeforeAll
  static void start() {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    settings =
        Settings.of(Map.of("database.url", postgres.jdbcUrl(), "orders.filter", "kind <> 'x'"));
    database = Database.open(settings, "due-pages-test");
  }

  @AfterAll
  static void stop() {
    database.close();
    postgres.close();
  }

  @AfterEach
  void clean() {
    execute("DROP TABLE orders");
  }

  private static void execute(String sql) {
    database.jdbi().useHandle(handle -> handle.execute(sql));
  }

  private static OrdersTable table(String idType, String rows) {
    execute("CREATE TABLE orders (id " + idType + " PRIMARY KEY, status text, kind text)");
    execute("INSERT INTO orders " + rows);
    return database.jdbi().withHandle(handle -> TableInspector.inspect(handle, settings));
  }

  private static List<String> due() {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT id::text FROM (SELECT id FROM orders WHERE status = 'PENDING' AND kind <> 'x' ORDER BY orders.id) due")
                    .mapTo(String.class)
                    .list());
  }

  private static List<String> all(DuePages pages, int limit) {
    List<String> ids = new ArrayList<>();
    DuePages.Page page = pages.after(null, limit);
    ids.addAll(page.ids());
    while (!page.isEnd()) {
      assertThat(page.ids()).hasSizeLessThanOrEqualTo(limit);
      page = pages.after(page.last(), limit);
      ids.addAll(page.ids());
    }
    return ids;
  }

  @ParameterizedTest
  @CsvSource({
    "bigint, n, 1000",
    "bigint, n * 7919 % 100003, 37",
    "integer, -n, 5000",
    "uuid, md5(n::text)::uuid, 100000",
    "text, md5(n::text), 999",
    "'text COLLATE \"de-x-icu\"', 'ä' || n || 'B', 999",
  })
  void pagesHoldEachDueIdOnceInOrder(String idType, String idOfNumber, int limit) {
    OrdersTable table =
        table(
            idType,
            "SELECT "
                + idOfNumber
                + ", CASE WHEN n % 17 = 0 THEN 'PENDING' ELSE 'COMPLETED' END, CASE WHEN n % 5 = 0 THEN 'x' WHEN n % 7 > 0 THEN 'y' END FROM generate_series(1, 45000) n");

    assertThat(all(new DuePages(database.jdbi(), table, ""), limit))
        .isEqualTo(due())
        .hasSizeGreaterThan(1_500);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "10000, 9999", "10000, 10000", "10001, 10000", "30000, 30000"})
  void theEndIsFoundWhereverTheLastDueRowIs(int rows, int lastDue) {
    OrdersTable table =
        table(
            "bigint",
            "SELECT n, CASE WHEN n <= %d AND n > %d - 3 THEN 'PENDING' ELSE 'FAILED' END, '' FROM generate_series(1, %d) n"
                .formatted(lastDue, lastDue, rows));

    assertThat(all(new DuePages(database.jdbi(), table, ""), 3)).isEqualTo(due());
    assertThat(all(new DuePages(database.jdbi(), table, ""), 4)).isEqualTo(due());
  }

  @Test
  void aPageWithoutADueRowSaysHowFarItHasLooked() {
    OrdersTable table =
        table("bigint", "SELECT n, 'COMPLETED', '' FROM generate_series(1, 25000) n");
    DuePages pages = new DuePages(database.jdbi(), table, "");

    DuePages.Page first = pages.after(null, 100);

    assertThat(first.ids()).isEmpty();
    assertThat(first.last()).isEqualTo("10000");
    assertThat(first.isEnd()).isFalse();
    assertThat(pages.looked()).isEqualTo(10_000);
  }
}
