package io.duly.orders;

import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Jdbi;

/**
 * What the orders have in common that are to be worked on in the order of their ids, such as their
 * customer: it chooses the partition of their records. Thread-safe.
 */
public final class OrderingKeys {
  private static final String READ =
      """
      SELECT o.{id}::text AS id, o.%s::text AS key FROM {orders} o
      WHERE o.{id} = ANY (:ids::text[]::{id_type}[])
      """;

  private final Jdbi jdbi;
  private final String sql;

  private OrderingKeys(Jdbi jdbi, String sql) {
    this.jdbi = jdbi;
    this.sql = sql;
  }

  /** Those of the setting; throws UserError where the table has no such column. */
  public static OrderingKeys of(Settings settings, Jdbi jdbi, OrdersTable table) {
    String column = settings.text("orders.ordering-column");
    if (column.isEmpty()) {
      return new OrderingKeys(jdbi, "");
    }
    String sql = table.sql(READ.formatted(Identifiers.quote("orders.ordering-column", column)));
    OrderingKeys keys = new OrderingKeys(jdbi, sql);
    try {
      keys.read(List.of());
    } catch (RuntimeException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new UserError(
          "orders.ordering-column '" + column + "' cannot be used: " + cause.getMessage(), e);
    }
    return keys;
  }

  /** The key of each of {@code ids}: its own id where it has none, or is gone. */
  Map<String, String> of(Collection<String> ids) {
    Map<String, String> keys = new HashMap<>();
    ids.forEach(id -> keys.put(id, id));
    if (!sql.isEmpty() && !ids.isEmpty()) {
      keys.putAll(read(ids));
    }
    return keys;
  }

  private Map<String, String> read(Collection<String> ids) {
    Map<String, String> keys = new HashMap<>();
    jdbi.useHandle(
        handle ->
            handle
                .createQuery(sql)
                .bindArray("ids", String.class, List.copyOf(ids))
                .map(
                    (row, context) ->
                        keys.put(
                            row.getString("id"),
                            Objects.requireNonNullElse(row.getString("key"), row.getString("id"))))
                .list());
    return keys;
  }
}
