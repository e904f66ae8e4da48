package io.duly.orders;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * The totals of the orders table from the statistics that PostgreSQL keeps for its planner: the
 * table itself, however large, is not read. Thread-safe.
 */
public final class TableStatistics {
  /** A partitioned table has statistics of its own, over all partitions. */
  private static final String READ =
      """
      SELECT c.reltuples::float8 AS rows, s.most_common_vals::text::text[] AS values, s.most_common_freqs::float8[] AS shares,
        extract(epoch FROM clock_timestamp() - greatest(u.last_analyze, u.last_autoanalyze))::float8 AS age,
        coalesce(u.n_mod_since_analyze, 0) AS changed
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = :status
        AND s.inherited = (c.relkind = 'p')
      LEFT JOIN pg_stat_all_tables u ON u.relid = c.oid
      WHERE c.oid = to_regclass(:table) AND c.reltuples >= 0
      """;

  private final Jdbi jdbi;
  private final OrdersTable table;

  public TableStatistics(Jdbi jdbi, OrdersTable table) {
    this.jdbi = jdbi;
    this.table = table;
  }

  /** The totals; empty where the table was never analyzed or its statistics may not be seen. */
  public Optional<TableTotals> totals() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(READ)
                .bind("table", table.name())
                .bind("status", table.status().replace("\"", ""))
                .map(TableStatistics::read)
                .findOne());
  }

  private static TableTotals read(ResultSet row, StatementContext context) throws SQLException {
    double rows = row.getDouble("rows");
    Map<String, Long> byValue = counts(row.getArray("values"), row.getArray("shares"), rows);
    long listed = byValue.values().stream().mapToLong(Long::longValue).sum();
    double age = row.getDouble("age");
    return new TableTotals(
        Math.round(rows),
        byValue,
        Math.max(0, Math.round(rows) - listed),
        row.wasNull() ? null : Duration.ofMillis((long) (age * 1000)),
        row.getLong("changed"));
  }

  /** PostgreSQL gives the most frequent value first. */
  private static Map<String, Long> counts(
      @Nullable Array values, @Nullable Array shares, double rows) throws SQLException {
    Map<String, Long> counts = new LinkedHashMap<>();
    if (values != null && shares != null) {
      String[] names = (String[]) values.getArray();
      Double[] parts = (Double[]) shares.getArray();
      for (int i = 0; i < names.length; i++) {
        counts.put(names[i], Math.round(parts[i] * rows));
      }
    }
    return counts;
  }
}
