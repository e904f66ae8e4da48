package io.duly.orders;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Duly's own schema beside the orders table, the publication and the replication slot. Making them
 * again changes nothing.
 */
public final class Schema {
  private static final Pattern SLOT = Pattern.compile("[a-z0-9_]{1,63}");
  private static final String WAL_LEVEL = "SELECT current_setting('wal_level')";
  private static final String HAS_PUBLICATION =
      "SELECT count(*) > 0 FROM pg_publication WHERE pubname = :name";
  private static final String SLOT_DATABASE =
      "SELECT database::text FROM pg_replication_slots WHERE slot_name = :name";
  private static final String MAKE_SLOT =
      "SELECT pg_create_logical_replication_slot(:name, 'pgoutput')";
  private static final String PUBLISH =
      "CREATE PUBLICATION %s FOR TABLE {orders} ({id}, {status}) WITH (publish = 'update', publish_via_partition_root = true)";
  private static final String IS_READY = "SELECT to_regclass('duly.attempt') IS NOT NULL";
  private static final String REPLICA_IDENTITY =
      """
      SELECT c.relreplident = 'd' AND EXISTS (
        SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
        WHERE i.indrelid = c.oid AND i.indisprimary AND i.indnkeyatts = 1 AND quote_ident(a.attname) = quote_ident(:id))
      FROM pg_class c WHERE c.oid = to_regclass(:table)
      """;

  private Schema() {}

  /** The name of the publication and the slot. */
  public static String slot(Settings settings) {
    String name =
        settings.text("installation").toLowerCase(java.util.Locale.ROOT).replace('-', '_');
    if (!SLOT.matcher(name).matches()) {
      throw new UserError(
          "installation is '"
              + name
              + "': letters, digits, underscores and dashes are wanted, at most 63");
    }
    return name;
  }

  /**
   * Makes what is missing. Nothing is created where the server or the table is not fit.
   *
   * @throws UserError saying what to do first
   */
  public static void create(Jdbi jdbi, OrdersTable table, Settings settings) {
    String slot = slot(settings);
    jdbi.useHandle(handle -> check(handle, table));
    migrate(settings, table);
    jdbi.useHandle(
        handle -> {
          if (!handle.createQuery(HAS_PUBLICATION).bind("name", slot).mapTo(Boolean.class).one()) {
            handle.execute(table.sql(PUBLISH.formatted('"' + slot + '"')));
          }
        });
    jdbi.useHandle(handle -> makeSlot(handle, slot));
  }

  private static void makeSlot(Handle handle, String slot) {
    Optional<String> database =
        handle.createQuery(SLOT_DATABASE).bind("name", slot).mapTo(String.class).findOne();
    String here = handle.createQuery("SELECT current_database()").mapTo(String.class).one();
    if (database.isEmpty()) {
      handle.createQuery(MAKE_SLOT).bind("name", slot).mapTo(String.class).one();
    } else if (!database.get().equals(here)) {
      throw new UserError(
          "replication slot "
              + slot
              + " belongs to database "
              + database.get()
              + ": choose another name with the setting installation");
    }
  }

  /** Throws UserError where {@code duly init} has not been run on this database. */
  public static void requireCreated(Jdbi jdbi) {
    if (!jdbi.withHandle(handle -> handle.createQuery(IS_READY).mapTo(Boolean.class).one())) {
      throw new UserError(
          "this database has no schema duly: run `duly init` first, with the same settings");
    }
  }

  private static void check(Handle handle, OrdersTable table) {
    String walLevel = handle.createQuery(WAL_LEVEL).mapTo(String.class).one();
    if (!walLevel.equals("logical")) {
      throw new UserError(
          "wal_level of this server is "
              + walLevel
              + ", Duly needs logical: ALTER SYSTEM SET wal_level = logical, then restart PostgreSQL");
    }
    boolean identified =
        handle
            .createQuery(REPLICA_IDENTITY)
            .bind("table", table.name())
            .bind("id", table.id().replace("\"", ""))
            .mapTo(Boolean.class)
            .one();
    if (!identified) {
      throw new UserError(
          "table "
              + table.name()
              + " needs a primary key on "
              + table.id()
              + " alone and replica identity DEFAULT:"
              + " with anything else a publication could make its owner's updates fail");
    }
  }

  private static void migrate(Settings settings, OrdersTable table) {
    java.util.Properties login = io.duly.runtime.Database.properties(settings);
    try {
      Flyway.configure()
          .dataSource(
              settings.text("database.url"),
              login.getProperty("user"),
              login.getProperty("password"))
          .schemas("duly")
          .locations("classpath:io/duly/orders/db")
          .placeholders(Map.of("id_type", table.idType().sqlName()))
          .load()
          .migrate();
    } catch (FlywayException e) {
      String reason =
          String.valueOf(e.getMessage())
              .lines()
              .filter(line -> !line.isBlank())
              .findFirst()
              .orElse("");
      throw new UserError("the schema duly cannot be made: " + reason, e);
    }
  }
}
