package io.duly.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duly.runtime.Database;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ShopExtension.class)
class SchemaTest {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String PLAIN =
      "CREATE TABLE orders (id bigint PRIMARY KEY, note text, status text)";

  private final Server server;
  private Database database;
  private Settings settings;

  SchemaTest(Server server) {
    this.server = server;
  }

  @AfterEach
  void close() {
    if (database != null) {
      database.close();
    }
  }

  @Test
  void changesNothingTheSecondTime() throws Exception {
    open(server, PLAIN);
    create();
    String before = inventory();

    create();

    assertThat(inventory()).isEqualTo(before);
    Schema.requireCreated(jdbi());
  }

  @Test
  void publishesUpdatesOfIdAndStatusOnly() throws Exception {
    open(server, PLAIN);

    create();

    assertThat(
            ask(
                "SELECT format('%s %s %s %s', pubinsert, pubupdate, pubdelete, pubtruncate) FROM pg_publication"))
        .isEqualTo("f t f f");
    assertThat(ask("SELECT tablename || attnames::text FROM pg_publication_tables"))
        .isEqualTo("orders{id,status}");
    assertThat(ask("SELECT plugin FROM pg_replication_slots WHERE database = current_database()"))
        .isEqualTo("pgoutput");
  }

  @Test
  void leavesTheOwnersStatementsAlone() throws Exception {
    open(server, PLAIN);
    create();

    jdbi()
        .useHandle(
            handle -> {
              handle.execute("INSERT INTO orders VALUES (1, 'a', 'PENDING'), (2, 'b', 'ODD')");
              handle.execute("UPDATE orders SET note = 'c', status = 'CANCELLED' WHERE id = 1");
              handle.execute("UPDATE orders SET id = 3 WHERE id = 2");
              handle.execute("DELETE FROM orders WHERE id = 1");
            });

    assertThat(ask("SELECT string_agg(id || note || status, ' ') FROM orders")).isEqualTo("3bODD");
  }

  @Test
  void refusesATableWithoutPrimaryKey() throws Exception {
    open(server, "CREATE TABLE orders (id bigint, status text)");

    assertThatThrownBy(this::create)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("\"public\".\"orders\" needs a primary key on \"id\" alone");
    assertNothingWasMade();
  }

  @Test
  void refusesAPrimaryKeyOfTwoColumns() throws Exception {
    open(server, "CREATE TABLE orders (id bigint, shop int, status text, PRIMARY KEY (id, shop))");

    assertThatThrownBy(this::create)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("needs a primary key on \"id\" alone");
    assertNothingWasMade();
  }

  @Test
  void takesAPrimaryKeyWhoseNameIsAKeyword() throws Exception {
    open(server, "CREATE TABLE orders (\"order\" uuid PRIMARY KEY, status text)", "order");

    create();

    assertThat(
            ask(
                "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'duly.attempt'::regclass AND attname = 'order_id'"))
        .isEqualTo("uuid");
  }

  @Test
  void refusesAServerWhoseLogIsNotLogical() throws Exception {
    try (Server replica = Server.start(Map.of("wal_level", "replica", "fsync", "off"))) {
      open(replica, PLAIN);

      assertThatThrownBy(this::create)
          .isInstanceOf(UserError.class)
          .hasMessage(
              "wal_level of this server is replica, Duly needs logical: ALTER SYSTEM SET wal_level = logical, then restart PostgreSQL");
      assertNothingWasMade();
      database.close();
    }
  }

  @Test
  void asksForInitWhereItWasNotRun() throws Exception {
    open(server, PLAIN);

    assertThatThrownBy(() -> Schema.requireCreated(jdbi()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("run `duly init` first");
  }

  @Test
  void namesTheSlotAfterTheInstallation() {
    assertThat(Schema.slot(Settings.of(Map.of("installation", "Shop-2")))).isEqualTo("shop_2");
    assertThatThrownBy(() -> Schema.slot(Settings.of(Map.of("installation", "a b"))))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("installation is 'a b'");
  }

  @Test
  void opensSessionsThatWaitForTheDiskAndPlanGenerically() throws Exception {
    open(server, PLAIN);

    String session =
        ask(
            "SELECT concat_ws(' ', current_setting('synchronous_commit'), current_setting('plan_cache_mode'), current_setting('lock_timeout'), current_setting('TimeZone'), current_setting('application_name'))");

    assertThat(session).isEqualTo("on force_generic_plan 20s UTC schema-test");
  }

  private void open(Server on, String table) throws Exception {
    open(on, table, "id");
  }

  private void open(Server on, String table, String id) throws Exception {
    String name = "schema_test_" + NUMBER.incrementAndGet();
    settings =
        Settings.of(
            Map.of(
                "database.url", on.newDatabase(name),
                "installation", name,
                "orders.id-column", id));
    database = Database.open(settings, "schema-test");
    jdbi().useHandle(handle -> handle.execute(table));
  }

  private void create() {
    OrdersTable table = jdbi().withHandle(handle -> TableInspector.inspect(handle, settings));
    Schema.create(jdbi(), table, settings);
  }

  private void assertNothingWasMade() {
    assertThat(inventory()).isEqualTo("0 0 0");
  }

  /** How many publications, slots and relations of Duly there are, and which version. */
  private String inventory() {
    return ask(
        """
        SELECT concat_ws(' ', (SELECT count(*) FROM pg_publication),
          (SELECT count(*) FROM pg_replication_slots WHERE database = current_database()),
          (SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('duly')))
        """);
  }

  private Jdbi jdbi() {
    return database.jdbi();
  }

  private String ask(String sql) {
    return jdbi().withHandle(handle -> handle.createQuery(sql).mapTo(String.class).one());
  }
}
