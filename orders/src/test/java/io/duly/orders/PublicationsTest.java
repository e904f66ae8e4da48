package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.Database;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever the table's replica identity, its owner's updates pass. */
@ExtendWith(ShopExtension.class)
class PublicationsTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String TABLE =
      "CREATE TABLE orders (id bigint PRIMARY KEY, number bigint NOT NULL UNIQUE, note text, status text)";

  private final Server server;
  private final Map<String, String> given = new HashMap<>();
  private Database database;
  private Settings settings;
  private OrdersTable table;

  PublicationsTest(Server server) {
    this.server = server;
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void theDefaultIdentityIsPublishedByColumns() throws Exception {
    open(TABLE);

    assertUpdatesPass("update root \"public\".\"orders\" (\"id\", \"status\")");
  }

  @Test
  void identityFullIsPublishedByRows() throws Exception {
    open(TABLE, "ALTER TABLE orders REPLICA IDENTITY FULL");

    assertUpdatesPass("update root \"public\".\"orders\"");
  }

  @Test
  void identityByAnotherIndexIsPublishedWithItsColumns() throws Exception {
    open(TABLE, "ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_number_key");

    assertUpdatesPass("update root \"public\".\"orders\" (\"id\", \"number\", \"status\")");
  }

  @Test
  void withoutIdentityNoRowIsPublished() throws Exception {
    open(TABLE, "ALTER TABLE orders REPLICA IDENTITY NOTHING");

    assertUpdatesPass("update root");
  }

  @Test
  void aUniqueIdThatIsNoPrimaryKeyIsNoIdentity() throws Exception {
    open("CREATE TABLE orders (id bigint NOT NULL UNIQUE, number int, note text, status text)");

    assertUpdatesPass("update root");
  }

  @Test
  void aDeferrableKeyIsNoIdentity() throws Exception {
    open(
        "CREATE TABLE orders (id bigint NOT NULL UNIQUE, number int PRIMARY KEY DEFERRABLE, note text, status text)");

    assertUpdatesPass("update root");
  }

  @Test
  void anIdentityWhoseIndexWasDroppedIsNone() throws Exception {
    open(
        TABLE,
        "ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_number_key",
        "ALTER TABLE orders DROP CONSTRAINT orders_number_key");

    assertUpdatesPass("update root");
  }

  @Test
  void aPartitionOfAnotherIdentityCountsForAll() throws Exception {
    open(
        "CREATE TABLE orders (id bigint PRIMARY KEY, number bigint, note text, status text) PARTITION BY RANGE (id)",
        "CREATE TABLE low PARTITION OF orders FOR VALUES FROM (0) TO (2)",
        "CREATE TABLE high PARTITION OF orders FOR VALUES FROM (2) TO (9)",
        "ALTER TABLE high REPLICA IDENTITY FULL");

    assertUpdatesPass("update root \"public\".\"orders\"");
  }

  @Test
  void followsTheIdentityWhenItIsAltered() throws Exception {
    open(TABLE);
    create();
    for (String identity :
        new String[] {"FULL", "USING INDEX orders_number_key", "NOTHING", "DEFAULT"}) {
      execute("ALTER TABLE orders REPLICA IDENTITY " + identity);

      Publication adapted = publications().adapt();

      assertThat(publications().found()).contains(publications().description(adapted));
      execute("UPDATE orders SET note = 'after " + identity.replace('\'', ' ') + "'");
    }
  }

  @Test
  void wholeRowsOutliveAlterationsThatColumnsDoNot() throws Exception {
    given.put("orders.publish", "rows");
    open(TABLE);
    create();

    execute("ALTER TABLE orders REPLICA IDENTITY FULL");
    execute("UPDATE orders SET note = 'full'");
    execute("ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_number_key");
    execute("UPDATE orders SET note = 'index'");
    execute("ALTER TABLE orders ALTER COLUMN status TYPE varchar(40)");

    assertThat(publications().found()).contains("update root \"public\".\"orders\"");
  }

  @Test
  void messagesAloneOutliveEachAlteration() throws Exception {
    given.put("orders.publish", "messages");
    open(TABLE);
    create();

    execute("ALTER TABLE orders REPLICA IDENTITY NOTHING");
    execute("UPDATE orders SET note = 'nothing'");
    execute("ALTER TABLE orders DROP CONSTRAINT orders_pkey");
    execute("UPDATE orders SET note = 'no key'");

    assertThat(publications().found()).contains("update root");
  }

  @Test
  void mendsAPublicationThatSomebodyHasAltered() throws Exception {
    open(TABLE);
    create();
    execute("ALTER PUBLICATION " + settings.text("installation") + " SET (publish = 'insert')");
    execute("ALTER PUBLICATION " + settings.text("installation") + " SET TABLE orders");
    assertThat(publications().found()).contains("insert root \"public\".\"orders\"");

    assertUpdatesPass("update root \"public\".\"orders\" (\"id\", \"status\")");
  }

  @Test
  void leavesAPublicationOfAllTablesAlone() throws Exception {
    open(TABLE);
    execute("CREATE PUBLICATION " + settings.text("installation") + " FOR ALL TABLES");

    assertThatThrownBy(() -> publications().adapt())
        .isInstanceOf(UserError.class)
        .hasMessageContaining("publishes more than the orders table");
  }

  @Test
  void saysWhoHasToActWhereTheUserMayNot() throws Exception {
    open(TABLE);
    execute("DROP ROLE IF EXISTS clerk");
    execute("CREATE ROLE clerk LOGIN");
    Map<String, String> asClerk = new HashMap<>(given);
    asClerk.put("database.url", given.get("database.url").replace("user=postgres", "user=clerk"));
    Settings clerk = Settings.of(asClerk);

    try (Database weak = Database.open(clerk, "publications-test")) {
      assertThatThrownBy(() -> new Publications(weak.jdbi(), table, clerk).adapt())
          .isInstanceOf(UserError.class)
          .hasMessageContaining("run `duly init` as the owner of both");
    }
  }

  private void open(String... statements) throws Exception {
    String name = "publications_test_" + NUMBER.incrementAndGet();
    given.put("database.url", server.newDatabase(name));
    given.put("installation", name);
    settings = Settings.of(given);
    database = Database.open(settings, "publications-test");
    for (String each : statements) {
      execute(each);
    }
    execute("INSERT INTO orders (id, number, status) VALUES (1, 1, 'PENDING'), (2, 2, 'PENDING')");
    table = database.jdbi().withHandle(handle -> TableInspector.inspect(handle, settings));
  }

  private void create() {
    Schema.create(database.jdbi(), table, settings);
  }

  private Publications publications() {
    return new Publications(database.jdbi(), table, settings);
  }

  private void assertUpdatesPass(String description) {
    create();

    assertThat(publications().found()).contains(description);
    execute("UPDATE orders SET note = 'edited', number = number + 10");
    execute("UPDATE orders SET status = 'CANCELLED' WHERE id = 1");
    execute("DELETE FROM orders");
  }

  private void execute(String sql) {
    database.jdbi().useHandle(handle -> handle.execute(sql));
  }
}
