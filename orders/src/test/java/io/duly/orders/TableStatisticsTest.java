package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.duly.runtime.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class TableStatisticsTest {
  private static final String SCANS =
      "SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) FROM pg_stat_all_tables WHERE relid = to_regclass('%s')";

  private final Shop shop;

  TableStatisticsTest(Shop shop) {
    this.shop = shop;
  }

  @BeforeEach
  void makeSchema() {
    shop.execute("CREATE SCHEMA odd");
  }

  @AfterEach
  void dropSchema() {
    shop.execute("DROP SCHEMA odd CASCADE");
  }

  @Test
  void givesTheTotalsOfATableThatWasAnalyzedAndDoesNotReadIt() {
    fill("odd.t", "text");
    shop.execute("ANALYZE odd.t");
    executeCounted("UPDATE odd.t SET status = 'FAILED' WHERE id <= 100");
    long scans = scans("odd.t");

    TableTotals totals = totals("odd.t").orElseThrow();

    assertTenthsOf40000(totals);
    assertThat(totals.age()).isBetween(Duration.ZERO, Duration.ofMinutes(2));
    assertThat(totals.changed()).isEqualTo(100);
    assertThat(scans("odd.t")).isEqualTo(scans);
  }

  @Test
  void knowsAnEnumAndASchemaAndATableOfTheSameNameElsewhere() {
    shop.execute(
        "CREATE TYPE odd.\"State\" AS ENUM ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED', 'IN_DOUBT', 'CANCELLED')");
    fill("odd.orders", "odd.\"State\"");
    shop.pending(1);
    shop.execute("ANALYZE odd.orders");
    shop.execute("ANALYZE public.orders");

    assertTenthsOf40000(totals("odd.orders").orElseThrow());
    assertThat(totals("public.orders").orElseThrow().rows()).isEqualTo(1);
  }

  @Test
  void sumsUpThePartitionsOfATable() {
    shop.execute("CREATE TABLE odd.p (id bigint PRIMARY KEY, status text) PARTITION BY RANGE (id)");
    shop.execute("CREATE TABLE odd.p1 PARTITION OF odd.p FOR VALUES FROM (0) TO (20000)");
    shop.execute("CREATE TABLE odd.p2 PARTITION OF odd.p FOR VALUES FROM (20000) TO (100000)");
    insert("odd.p");
    shop.execute("ANALYZE odd.p");

    assertTenthsOf40000(totals("odd.p").orElseThrow());
  }

  @Test
  void countsWhatHasNoValueAsOthers() {
    shop.execute("CREATE TABLE odd.t (id bigint PRIMARY KEY, status text)");
    shop.execute(
        "INSERT INTO odd.t SELECT n, CASE WHEN n > 250 THEN 'SHIPPED' END FROM generate_series(1, 1000) n");
    shop.execute("ANALYZE odd.t");

    TableTotals totals = totals("odd.t").orElseThrow();

    assertThat(totals.byValue()).isEqualTo(Map.of("SHIPPED", 750L));
    assertThat(totals.others()).isEqualTo(250);
  }

  @Test
  void givesNothingOfATableThatWasNeverAnalyzed() {
    shop.execute(
        "CREATE TABLE odd.t (id bigint PRIMARY KEY, status text) WITH (autovacuum_enabled = off)");
    insert("odd.t");

    assertThat(totals("odd.t")).isEmpty();
  }

  private void assertTenthsOf40000(TableTotals totals) {
    assertThat(totals.rows()).isEqualTo(40_000);
    assertThat(totals.byValue().keySet()).containsExactly("COMPLETED", "PENDING");
    assertThat(totals.byValue().get("COMPLETED")).isCloseTo(36_000L, Offset.offset(1_000L));
    assertThat(totals.byValue().get("PENDING")).isCloseTo(4_000L, Offset.offset(1_000L));
    assertThat(totals.others()).isLessThan(10);
  }

  private void fill(String table, String type) {
    shop.execute(
        "CREATE TABLE "
            + table
            + " (id bigint PRIMARY KEY, status "
            + type
            + ") WITH (autovacuum_enabled = off)");
    insert(table);
  }

  /** A tenth of them pending. */
  private void insert(String table) {
    String column =
        shop.ask(
            "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = to_regclass(?) AND attname = 'status'",
            String.class,
            table);
    executeCounted(
        "INSERT INTO "
            + table
            + " SELECT n, (CASE WHEN n % 10 = 0 THEN 'PENDING' ELSE 'COMPLETED' END)::"
            + column
            + " FROM generate_series(1, 40000) n");
  }

  /** The server counts it at once, and not when its connection comes to rest. */
  private void executeCounted(String sql) {
    shop.jdbi()
        .useHandle(
            handle -> {
              handle.execute(sql);
              handle.execute("SELECT pg_stat_force_next_flush()");
            });
  }

  /** How often the table or an index of it was read. */
  private long scans(String table) {
    shop.execute("SELECT pg_stat_force_next_flush()");
    return shop.ask(SCANS.formatted(table), Long.class);
  }

  private Optional<TableTotals> totals(String table) {
    Settings settings = Settings.of(new HashMap<>(Map.of("orders.table", table)));
    OrdersTable inspected =
        shop.jdbi().withHandle(handle -> TableInspector.inspect(handle, settings));
    return new TableStatistics(shop.jdbi(), inspected).totals();
  }
}
