package io.duly.orders;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
  private static final String IS_READY = "SELECT to_regclass('duly.attempt') IS NOT NULL";
  private static final String COLLATION =
      """
      SELECT quote_ident(n.nspname) || '.' || quote_ident(c.collname)
      FROM pg_attribute a JOIN pg_collation c ON c.oid = a.attcollation JOIN pg_namespace n ON n.oid = c.collnamespace
      WHERE a.attrelid = to_regclass(:table) AND a.attname = :id AND c.collname <> 'default'
      """;

  private static final String SCRIPTS = "classpath:io/duly/orders/db";

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
    migrate(settings, idDefinition(jdbi, table));
    Publication unused = new Publications(jdbi, table, settings).adapt();
    makeSlot(jdbi, slot);
  }

  private static void makeSlot(Jdbi jdbi, String slot) {
    Slots slots = new Slots(jdbi);
    FeedTable feed = new FeedTable(jdbi);
    Optional<SlotState> found = slots.find(slot);
    String here =
        jdbi.withHandle(
            handle -> handle.createQuery("SELECT current_database()").mapTo(String.class).one());
    if (found.isEmpty()) {
      boolean isFirst = feed.position().isEmpty() && !feed.hasAttempts();
      slots.make(slot);
      if (isFirst) {
        feed.begin(slot);
      }
    } else if (!found.get().database().equals(here)) {
      throw new UserError(
          "replication slot "
              + slot
              + " belongs to database "
              + found.get().database()
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
    TableFitness.require(handle, table);
  }

  /** Type and collation of the ids, so that one index serves a comparison as well as the other. */
  private static String idDefinition(Jdbi jdbi, OrdersTable table) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(COLLATION)
                .bind("table", table.name())
                .bind("id", table.id().replace("\"", ""))
                .mapTo(String.class)
                .findOne()
                .map(collation -> table.idType().sqlName() + " COLLATE " + collation)
                .orElse(table.idType().sqlName()));
  }

  private static void migrate(Settings settings, String id) {
    try {
      flyway(settings, id).migrate();
    } catch (FlywayException e) {
      throw failure(e);
    }
  }

  private static Flyway flyway(Settings settings, String id) {
    java.util.Properties login = io.duly.runtime.Database.properties(settings);
    return Flyway.configure()
        .dataSource(
            settings.text("database.url"), login.getProperty("user"), login.getProperty("password"))
        .schemas("duly")
        .locations(SCRIPTS)
        .placeholders(Map.of("id_type", id))
        .load();
  }

  private static UserError failure(FlywayException e) {
    String reason =
        String.valueOf(e.getMessage())
            .lines()
            .filter(line -> !line.isBlank())
            .findFirst()
            .orElse("");
    return new UserError("the schema duly cannot be made: " + reason, e);
  }

  /**
   * The scripts that {@link #create} would run, in their order; nothing where the schema is up to
   * date. Changes nothing.
   *
   * @throws UserError as create does
   */
  public static List<String> pending(Jdbi jdbi, OrdersTable table, Settings settings) {
    jdbi.useHandle(handle -> check(handle, table));
    String id = idDefinition(jdbi, table);
    try {
      return Stream.of(flyway(settings, id).info().pending())
          .map(each -> script(each.getScript(), id))
          .toList();
    } catch (FlywayException e) {
      throw failure(e);
    }
  }

  private static String script(String name, String id) {
    try (InputStream script =
        Objects.requireNonNull(Schema.class.getResourceAsStream("db/" + name), name)) {
      String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
      return text.replace("${id_type}", id);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
