package io.duly.orders;

import io.duly.runtime.UserError;
import java.util.Comparator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Refuses an orders table on which the promises cannot be kept. */
final class TableFitness {
  private static final String SHAPE =
      """
      SELECT c.relkind, c.relpersistence, i.attnotnull AS id_is_there, s.attgenerated <> '' AS status_is_generated,
        CASE WHEN s.atttypid = 'varchar'::regtype AND s.atttypmod > 4 THEN s.atttypmod - 4 END AS width,
        EXISTS (
          SELECT FROM pg_index x
          WHERE x.indrelid = c.oid AND x.indisunique AND x.indisvalid AND x.indimmediate AND x.indpred IS NULL
            AND x.indnkeyatts = 1 AND x.indkey[0] = i.attnum) AS id_is_unique
      FROM pg_class c
      JOIN pg_attribute i ON i.attrelid = c.oid AND i.attname = :id
      JOIN pg_attribute s ON s.attrelid = c.oid AND s.attname = :status
      WHERE c.oid = to_regclass(:table)
      """;

  /** What the catalogue says; width is that of a varchar(n), else null. */
  private record Shape(
      String kind,
      String persistence,
      @Nullable Integer width,
      boolean idIsThere,
      boolean idIsUnique,
      boolean statusIsGenerated) {}

  private TableFitness() {}

  /**
   * @throws UserError saying what to do first
   */
  static void require(Handle handle, OrdersTable table) {
    Shape shape =
        handle
            .createQuery(SHAPE)
            .bind("table", table.name())
            .bind("id", table.id().replace("\"", ""))
            .bind("status", table.status().replace("\"", ""))
            .map(
                (row, context) ->
                    new Shape(
                        row.getString("relkind"),
                        row.getString("relpersistence"),
                        row.getObject("width", Integer.class),
                        row.getBoolean("id_is_there"),
                        row.getBoolean("id_is_unique"),
                        row.getBoolean("status_is_generated")))
            .one();
    requireTable(shape, table.name());
    requireId(shape, table);
    requireStatus(shape, table);
    StatusFitness.require(handle, table);
  }

  private static void requireTable(Shape shape, String name) {
    String other =
        switch (shape.kind()) {
          case "v" -> "a view";
          case "m" -> "a materialized view";
          case "f" -> "a foreign table";
          default -> "";
        };
    if (!other.isEmpty()) {
      throw new UserError(
          name + " is " + other + ": name the table behind it, whose changes the log has");
    }
    if (!shape.persistence().equals("p")) {
      throw new UserError(
          "table "
              + name
              + " is unlogged or temporary, its changes are in no log: ALTER TABLE "
              + name
              + " SET LOGGED");
    }
  }

  private static void requireId(Shape shape, OrdersTable table) {
    if (!shape.idIsUnique()) {
      throw new UserError(
          "table "
              + table.name()
              + " needs a primary key on "
              + table.id()
              + " alone, or a unique index that is not deferred: an id must name one order");
    }
    if (!shape.idIsThere()) {
      throw new UserError(
          "an order without "
              + table.id()
              + " could never be processed: ALTER TABLE "
              + table.name()
              + " ALTER COLUMN "
              + table.id()
              + " SET NOT NULL");
    }
  }

  private static void requireStatus(Shape shape, OrdersTable table) {
    if (shape.statusIsGenerated()) {
      throw new UserError(
          "column " + table.status() + " is generated: Duly must be able to write the status");
    }
    if (table.statusType().equals("character")) {
      throw new UserError(
          "column "
              + table.status()
              + " has a fixed width and pads its values: ALTER TABLE "
              + table.name()
              + " ALTER COLUMN "
              + table.status()
              + " TYPE text");
    }
    String longest =
        table.values().values().stream()
            .max(Comparator.comparingInt(value -> value.codePointCount(0, value.length())))
            .orElseThrow();
    Integer width = shape.width();
    if (width != null && longest.codePointCount(0, longest.length()) > width) {
      throw new UserError(
          "column "
              + table.status()
              + " holds "
              + width
              + " characters, too few for "
              + longest
              + ": widen it, or map the status to a shorter value with orders.status.…");
    }
  }
}
