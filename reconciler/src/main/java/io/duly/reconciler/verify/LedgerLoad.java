package io.duly.reconciler.verify;

import io.duly.orders.IdempotencyKeys;
import io.duly.orders.OrdersTable;
import io.duly.runtime.Settings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Brings the API's own report beside the orders of the run. Used once, by one thread. */
final class LedgerLoad {
  private static final String GENERATIONS =
      """
      SELECT v.order_id::text AS id,
        (SELECT coalesce(max(a.generation), 0) FROM duly.attempt a WHERE a.order_id = v.order_id) AS generation
      FROM verify_order v %s
      ORDER BY v.order_id LIMIT :limit
      """;

  private static final String AFTER = "WHERE v.order_id > :after::{id_type}";

  /** A line is matched by its key; by its order id where it has no key. */
  private static final String EFFECTS =
      """
      ANALYZE verify_key, verify_ledger;
      CREATE TEMPORARY TABLE verify_effect AS
        SELECT order_id, count(*) AS effects, min(line) AS line FROM (
          SELECT k.order_id, l.line FROM verify_ledger l JOIN verify_key k ON k.key = l.key WHERE l.is_effect
          UNION ALL
          SELECT v.order_id, l.line FROM verify_ledger l JOIN verify_order v ON v.order_id::text = l.order_id
          WHERE l.is_effect AND l.key IS NULL) matched
        GROUP BY order_id;
      ANALYZE verify_effect
      """;

  private static final int KEYS_PAGE = 10_000;

  private final Settings settings;
  private final OrdersTable table;
  private final Handle handle;

  LedgerLoad(Settings settings, OrdersTable table, Handle handle) {
    this.settings = settings;
    this.table = table;
    this.handle = handle;
  }

  /** Copies {@code ledger}, and finds the effects of each order of the run. */
  void load(LedgerFile ledger, Unreadable unreadable) {
    try (CopyTable lines = CopyTable.open(handle, "verify_ledger")) {
      ledger.copy(lines, unreadable);
    }
    loadKeys();
    handle.createScript(EFFECTS).execute();
  }

  /** The keys under which each order may have been sent, made page by page. */
  private void loadKeys() {
    IdempotencyKeys keys = new IdempotencyKeys(settings.text("installation"), table.name());
    String after = null;
    List<Map<String, Object>> page;
    do {
      page = generations(after);
      try (CopyTable copy = CopyTable.open(handle, "verify_key")) {
        for (Map<String, Object> each : page) {
          String id = String.valueOf(each.get("id"));
          for (int generation = 0;
              generation <= ((Number) Objects.requireNonNull(each.get("generation"))).intValue();
              generation++) {
            copy.add(id, keys.of(id, generation));
          }
          after = id;
        }
      }
    } while (page.size() == KEYS_PAGE);
  }

  private List<Map<String, Object>> generations(@Nullable String after) {
    return handle
        .createQuery(table.sql(GENERATIONS.formatted(after == null ? "" : AFTER)))
        .bindMap(after == null ? Map.of() : Map.of("after", after))
        .bind("limit", KEYS_PAGE)
        .mapToMap()
        .list();
  }
}
