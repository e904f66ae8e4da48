package io.duly.orders;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Reads the orders table's shape from the catalogue and lays the settings over it. */
public final class TableInspector {
  private static final String EXISTS = "SELECT to_regclass(:name) IS NOT NULL";
  private static final String COLUMNS =
      """
      SELECT a.attname, format_type(a.atttypid, NULL) AS type
      FROM pg_attribute a
      WHERE a.attrelid = to_regclass(:name) AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY a.attnum
      """;

  private static final String LABELS =
      """
      SELECT e.enumlabel FROM pg_enum e JOIN pg_attribute a ON a.atttypid = e.enumtypid
      WHERE a.attrelid = to_regclass(:name) AND a.attname = :column
      """;

  private TableInspector() {}

  /**
   * The table that the settings name.
   *
   * @throws UserError where the table or a column is missing or of a type that Duly cannot use
   */
  public static OrdersTable inspect(Handle handle, Settings settings) {
    String table = settings.text("orders.table");
    String name = qualified(table);
    if (!handle.createQuery(EXISTS).bind("name", name).mapTo(Boolean.class).one()) {
      throw new UserError(
          "table " + table + " does not exist in this database: create it or mend orders.table");
    }
    Map<String, String> columns = columns(handle, name);
    String id = settings.text("orders.id-column");
    String status = settings.text("orders.status-column");
    String idTypeName = typeOf(columns, "orders.id-column", id, table);
    Optional<IdType> idType = IdType.ofCatalogue(idTypeName);
    if (idType.isEmpty()) {
      throw new UserError(
          "column "
              + id
              + " of "
              + table
              + " is "
              + idTypeName
              + ": Duly needs bigint, integer, uuid or text");
    }
    Map<OrderStatus, String> values = values(settings);
    checkLabels(handle, name, status, values);
    return new OrdersTable(
        name,
        Identifiers.quote("orders.id-column", id),
        idType.get(),
        Identifiers.quote("orders.status-column", status),
        typeOf(columns, "orders.status-column", status, table),
        values,
        body(settings, columns, table),
        settings.text("orders.filter"));
  }

  private static String qualified(String table) {
    String[] parts = table.split("\\.", -1);
    if (parts.length > 2) {
      throw new UserError("orders.table is '" + table + "': write it as schema.table");
    }
    String schema = parts.length == 2 ? parts[0] : "public";
    return Identifiers.quote("orders.table", schema)
        + "."
        + Identifiers.quote("orders.table", parts[parts.length - 1]);
  }

  private static Map<String, String> columns(Handle handle, String name) {
    Map<String, String> columns = new java.util.LinkedHashMap<>();
    handle
        .createQuery(COLUMNS)
        .bind("name", name)
        .mapToMap()
        .forEach(row -> columns.put((String) row.get("attname"), (String) row.get("type")));
    return columns;
  }

  private static String typeOf(
      Map<String, String> columns, String setting, String column, String table) {
    String type = columns.get(column);
    if (type == null) {
      throw new UserError(
          "table "
              + table
              + " has no column "
              + column
              + ": mend "
              + setting
              + "; it has "
              + String.join(", ", columns.keySet()));
    }
    return type;
  }

  /**
   * An enum type must have a label for each status, or the first order that takes one would fail.
   */
  private static void checkLabels(
      Handle handle, String table, String column, Map<OrderStatus, String> values) {
    List<String> labels =
        handle
            .createQuery(LABELS)
            .bind("name", table)
            .bind("column", column)
            .mapTo(String.class)
            .list();
    List<String> missing =
        values.values().stream().filter(each -> !labels.contains(each)).sorted().toList();
    if (!labels.isEmpty() && !missing.isEmpty()) {
      throw new UserError(
          "the enum type of column "
              + column
              + " has no label "
              + String.join(", ", missing)
              + ": add it (ALTER TYPE … ADD VALUE) or map the status to one of "
              + String.join(", ", labels)
              + " with orders.status.…");
    }
  }

  private static Map<OrderStatus, String> values(Settings settings) {
    Map<OrderStatus, String> values = new EnumMap<>(OrderStatus.class);
    for (OrderStatus status : OrderStatus.values()) {
      String key = key(status);
      String value = settings.require(key).text(key);
      values.forEach(
          (other, theirs) -> {
            if (theirs.equals(value)) {
              throw new UserError(
                  "%s and %s are both '%s': each status needs a value of its own"
                      .formatted(key(other), key, value));
            }
          });
      values.put(status, value);
    }
    return values;
  }

  /** The setting that holds the value of {@code status}. */
  static String key(OrderStatus status) {
    return "orders.status." + status.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static List<String> body(Settings settings, Map<String, String> columns, String table) {
    String given = settings.text("orders.body-columns");
    List<String> names =
        new ArrayList<>(given.isBlank() ? columns.keySet() : List.of(given.split("\\s*,\\s*")));
    if (given.isBlank()) {
      names.remove(settings.text("orders.status-column"));
    }
    names.forEach(name -> typeOf(columns, "orders.body-columns", name, table));
    return names.stream().map(name -> Identifiers.quote("orders.body-columns", name)).toList();
  }
}
