package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ShopExtension.class)
class TableInspectorTest {
  private final Shop shop;

  TableInspectorTest(Shop shop) {
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
  void namesAMissingTable() {
    assertThatThrownBy(() -> inspect(Map.of("orders.table", "odd.absent")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "table odd.absent does not exist in this database: create it or mend orders.table");
  }

  @ParameterizedTest
  @CsvSource({"orders.id-column", "orders.status-column", "orders.body-columns"})
  void namesAMissingColumnAndThoseThereAre(String setting) {
    shop.execute("CREATE TABLE odd.t (id bigint PRIMARY KEY, gone int, state text, status text)");
    shop.execute("ALTER TABLE odd.t DROP COLUMN gone");

    assertThatThrownBy(() -> inspect(Map.of("orders.table", "odd.t", setting, "absent")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "table odd.t has no column absent: mend " + setting + "; it has id, state, status");
  }

  @ParameterizedTest
  @CsvSource({
    "bigint, BIGINT",
    "integer, INTEGER",
    "uuid, UUID",
    "text, TEXT",
    "varchar(40), TEXT",
  })
  void knowsTheTypeOfTheId(String type, IdType wanted) {
    shop.execute("CREATE TABLE odd.t (id " + type + " PRIMARY KEY, status text)");

    OrdersTable table = inspect(Map.of("orders.table", "odd.t"));

    assertThat(table.idType()).isEqualTo(wanted);
    assertThat(table.statusType()).isEqualTo("text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"numeric", "date", "smallint", "bytea"})
  void refusesAnIdOfAnotherType(String type) {
    shop.execute("CREATE TABLE odd.t (id " + type + " PRIMARY KEY, status text)");

    assertThatThrownBy(() -> inspect(Map.of("orders.table", "odd.t")))
        .isInstanceOf(UserError.class)
        .hasMessage("column id of odd.t is " + type + ": Duly needs bigint, integer, uuid or text");
  }

  @Test
  void claimsAnOrderWhoseStatusIsAnEnumWithValuesOfItsOwn() {
    shop.execute(
        "CREATE TYPE odd.\"State\" AS ENUM ('new', 'busy', 'done', 'bad', 'unsure', 'off')");
    shop.execute("CREATE TABLE odd.\"T\" (id bigint PRIMARY KEY, \"State\" odd.\"State\")");
    shop.execute("INSERT INTO odd.\"T\" VALUES (1, 'new')");
    OrdersTable table =
        inspect(
            Map.of(
                "orders.table", "odd.T",
                "orders.status-column", "State",
                "orders.status.pending", "new",
                "orders.status.processing", "busy",
                "orders.status.completed", "done",
                "orders.status.failed", "bad",
                "orders.status.in-doubt", "unsure",
                "orders.status.cancelled", "off"));

    ClaimedBatch batch =
        new Claims(
                shop.jdbi(),
                table,
                new ClaimTerms(Contract.NEITHER, java.time.Duration.ZERO, 1),
                Shop.PREFIX)
            .claim(Shop.WORKER, Shop.due(1));

    assertThat(batch.claims()).hasSize(1);
    assertThat(shop.ask("SELECT \"State\"::text FROM odd.\"T\"", String.class)).isEqualTo("busy");
    assertThat(table.statusOf("unsure")).contains(OrderStatus.IN_DOUBT);
    assertThat(table.statusOf("UNSURE")).isEmpty();
  }

  @Test
  void makesTheBodyOfTheColumnsThatAreGiven() {
    shop.execute(
        "CREATE TABLE odd.t (id uuid PRIMARY KEY, note text, price numeric(9,2), status text)");
    shop.execute(
        "INSERT INTO odd.t VALUES ('3f2b5c1e-0000-4000-8000-00000000000a', 'a \"b\"', 9.50, 'PENDING')");

    OrdersTable chosen =
        inspect(Map.of("orders.table", "odd.t", "orders.body-columns", "price , id"));
    OrdersTable all = inspect(Map.of("orders.table", "odd.t"));

    assertThat(body(chosen))
        .isEqualTo("{\"price\":9.50,\"id\":\"3f2b5c1e-0000-4000-8000-00000000000a\"}");
    assertThat(body(all))
        .isEqualTo(
            "{\"id\":\"3f2b5c1e-0000-4000-8000-00000000000a\",\"note\":\"a \\\"b\\\"\",\"price\":9.50}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders; DROP TABLE orders", "a.b.c", "", "o\"o", "a."})
  void refusesANameThatIsNone(String name) {
    assertThatThrownBy(() -> inspect(Map.of("orders.table", name)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("orders.table is '");
  }

  @Test
  void asksForAStatusValueThatIsEmpty() {
    assertThatThrownBy(() -> inspect(Map.of("orders.status.failed", "")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("orders.status.failed has no value");
  }

  @Test
  void quotesStatusValues() {
    OrdersTable table = inspect(Map.of("orders.status.failed", "it's bad"));

    assertThat(table.sql("SELECT {FAILED}")).isEqualTo("SELECT 'it''s bad'::text");
  }

  private String body(OrdersTable table) {
    return shop.ask(table.sql("SELECT {body} FROM {orders} o"), String.class);
  }

  private OrdersTable inspect(Map<String, String> given) {
    Settings settings = Settings.of(new HashMap<>(given));
    return shop.jdbi().withHandle(handle -> TableInspector.inspect(handle, settings));
  }
}
