package io.duly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleOrdersTest {
  private static final String TABLE = "shop.Orders";
  private static final String HEADER = "customer,total_price,priority,clerk,order_date";
  private static final String GOOD = "7,12.50,1-URGENT,Clerk#1,2026-11-23";

  @TempDir static Path folder;
  private static EmbeddedPostgres postgres;
  private static Connection connection;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start(folder);
    connection = DriverManager.getConnection(postgres.jdbcUrl());
  }

  @AfterAll
  static void stop() throws Exception {
    connection.close();
    postgres.close();
  }

  @BeforeEach
  void createTable() throws Exception {
    ask("DROP SCHEMA IF EXISTS shop CASCADE; CREATE SCHEMA shop; SELECT 1");
    SampleOrders.createTable(connection, TABLE);
    SampleOrders.createTable(connection, TABLE);
  }

  @Test
  void loadsAsManyTpchOrdersAsAskedFor() throws Exception {
    assertThat(SampleOrders.isEmpty(connection, TABLE)).isTrue();
    long loaded = SampleOrders.loadTpch(connection, TABLE, 60_000);

    assertThat(loaded).isEqualTo(60_000);
    assertThat(SampleOrders.isEmpty(connection, TABLE)).isFalse();
    assertThat(ask("SELECT count(*) FROM shop.\"Orders\" WHERE status = 'PENDING'"))
        .isEqualTo("60000");
    assertThat(
            ask(
                "SELECT concat_ws('|', id, customer, total_price, priority, clerk, order_date)"
                    + " FROM shop.\"Orders\" ORDER BY id OFFSET 7 LIMIT 1"))
        .startsWith("32|");
  }

  @Test
  void generatesTheBenchmarksOwnRows() throws Exception {
    SampleOrders.loadTpch(connection, TABLE, 2);

    assertThat(
            ask(
                "SELECT concat_ws('|', id, customer, total_price, priority, clerk, order_date)"
                    + " FROM shop.\"Orders\" WHERE id = 1"))
        .isEqualTo("1|36901|173665.47|5-LOW|Clerk#000000951|1996-01-02");
  }

  @Test
  void findsMoreOrdersThanOneScaleHas() {
    assertThat(TpchOrders.first(1_500_001)).toIterable().hasSize(1_500_001);
    assertThat(TpchOrders.first(0)).isExhausted();
  }

  @Test
  void numbersTheOrdersOfACsvFileWithoutIds() throws Exception {
    SampleOrders.loadTpch(connection, TABLE, 1);
    String quoted = "8,3,\"2,\"\"HIGH\"\"\",\"a\\b\tc\r\nd\u20ac\",2026-02-28";

    long loaded = load(HEADER + "\r\n" + GOOD + "\r\n" + quoted + "\r\n");

    assertThat(loaded).isEqualTo(2);
    assertThat(
            ask("SELECT string_agg(id || ' ' || customer, ',' ORDER BY id) FROM shop.\"Orders\""))
        .isEqualTo("1 36901,2 7,3 8");
    assertThat(ask("SELECT priority || '|' || clerk FROM shop.\"Orders\" WHERE id = 3"))
        .isEqualTo("2,\"HIGH\"|a\\b\tc\r\nd\u20ac");
  }

  @Test
  void keepsTheIdsOfACsvFileWhoseColumnsComeInAnyOrder() throws Exception {
    load("\uFEFFid,order_date,clerk,priority,total_price,customer\n99,2026-11-23,c,p,1,2\n\n");

    assertThat(ask("SELECT id || ' ' || total_price FROM shop.\"Orders\"")).isEqualTo("99 1.00");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "x,1,p,c,2026-11-23; column customer: found \"x\", wanted a whole number",
        "1,1.234,p,c,2026-11-23; column total_price: found \"1.234\", wanted a decimal number",
        "1,1e3,p,c,2026-11-23; column total_price: found \"1e3\", wanted a decimal number",
        "1,1,,c,2026-11-23; column priority: found nothing, wanted a text",
        "1,1,p, ,2026-11-23; column clerk: found \" \", wanted a text",
        "1,1,p,c,2026-02-30; column order_date: found \"2026-02-30\", wanted a date",
        "1,1,p,c,23.11.2026; column order_date: found \"23.11.2026\", wanted a date",
        "1,1,p,c; found \"1,1,p,c\", wanted 5 fields as in the header",
        "1,1,p,c,2026-11-23,6; wanted 5 fields as in the header",
        "1,1,p,\"c\"x,2026-11-23; wanted RFC 4180",
        "1,1,p,\"c; wanted RFC 4180",
      })
  void loadsNothingOfAFileWithOneBadLine(String line, String message) throws Exception {
    String multiLine = "7,12.50,1-URGENT,\"Clerk\n#1\",2026-11-23";
    String content = HEADER + "\n" + GOOD + "\n" + multiLine + "\n" + line + "\n" + GOOD;

    assertThatThrownBy(() -> load(content))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("orders.csv, line 5")
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");

    assertThat(ask("SELECT count(*) FROM shop.\"Orders\"")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        GOOD,
        "customer,total_price,priority,clerk",
        HEADER + ",clerk",
        HEADER + ",colour",
      })
  void wantsTheColumnsInTheHeaderLine(String header) {
    assertThatThrownBy(() -> load(header + "\n"))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("line 1: found")
        .hasMessageContaining("wanted the columns customer,");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5,6,5", "5,6,1"})
  void namesTheLineOfAnIdThatExists(String ids) throws Exception {
    SampleOrders.loadTpch(connection, TABLE, 1);
    String[] id = ids.split(",");
    String rows = id[0] + "," + GOOD + "\n" + id[1] + "," + GOOD + "\n" + id[2] + "," + GOOD;

    assertThatThrownBy(() -> load("id," + HEADER + "\n" + rows))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("line 4, column id: found \"" + id[2] + "\"");

    assertThat(ask("SELECT count(*) FROM shop.\"Orders\"")).isEqualTo("1");
    assertThat(connection.getAutoCommit()).isTrue();
  }

  @Test
  void refusesAnotherEncoding() throws Exception {
    Path csv = folder.resolve("latin1.csv");
    Files.writeString(csv, HEADER + "\n1,1,p,Ren\u00e9,2026-11-23\n", StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> SampleOrders.loadCsv(connection, TABLE, csv))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining("UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a;b", "a\"b", "1a", "a.b.c", ".a", "a."})
  void refusesATableNameThatIsNoIdentifier(String table) {
    assertThatThrownBy(() -> SampleOrders.createTable(connection, table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("table: found \"" + table + "\"");
  }

  private static long load(String content) throws Exception {
    Path csv = folder.resolve("orders.csv");
    Files.writeString(csv, content);
    return SampleOrders.loadCsv(connection, TABLE, csv);
  }

  private static String ask(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean rows = statement.execute(sql);
      while (!rows) {
        rows = statement.getMoreResults();
      }
      try (ResultSet result = statement.getResultSet()) {
        result.next();
        return result.getString(1);
      }
    }
  }
}
