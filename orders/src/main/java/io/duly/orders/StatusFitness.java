package io.duly.orders;

import io.duly.runtime.UserError;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * Refuses an orders table whose own rules let no order take a status that Duly needs. Rules that
 * look at more than the status, and what else cannot be decided here, are left to the table.
 */
final class StatusFitness {
  private static final String CHECK_VIOLATION = "23514";

  /** Those that Duly writes. */
  private static final List<OrderStatus> WRITTEN =
      List.of(
          OrderStatus.PENDING,
          OrderStatus.PROCESSING,
          OrderStatus.COMPLETED,
          OrderStatus.FAILED,
          OrderStatus.IN_DOUBT);

  /** PostgreSQL 18 has constraints that are not enforced; older ones have no word for it. */
  private static final String OF_STATUS =
      """
      FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = :status
      WHERE c.conrelid = to_regclass(:table) AND c.conkey = ARRAY[a.attnum]
        AND coalesce((to_jsonb(c) ->> 'conenforced')::boolean, true)
      """;

  private static final String CHECKS =
      """
      SELECT format('constraint %I', c.conname) AS name,
        format('SELECT (%s) IS NOT FALSE FROM (SELECT {value} AS %I) o', pg_get_expr(c.conbin, c.conrelid), a.attname) AS test
      """
          + OF_STATUS
          + "AND c.contype = 'c' ORDER BY c.conname";

  private static final String FOREIGN_KEYS =
      """
      SELECT format('foreign key %I to %s', c.conname, c.confrelid::regclass) AS name,
        format('SELECT EXISTS (SELECT FROM %s f WHERE f.%I = {value})', c.confrelid::regclass,
          (SELECT f.attname FROM pg_attribute f WHERE f.attrelid = c.confrelid AND f.attnum = c.confkey[1])) AS test
      """
          + OF_STATUS
          + "AND c.contype = 'f' AND NOT row_security_active(c.confrelid) ORDER BY c.conname";

  /** A rule of the table's with the query that tells whether it takes a value. */
  private record Rule(String name, String test) {
    private boolean takes(Handle handle, String value) {
      try {
        return handle.createQuery(test.replace("{value}", value)).mapTo(Boolean.class).one();
      } catch (JdbiException e) {
        return !isCheckViolation(e);
      }
    }

    private static boolean isCheckViolation(JdbiException e) {
      return e.getCause() instanceof SQLException cause
          && CHECK_VIOLATION.equals(cause.getSQLState());
    }
  }

  private StatusFitness() {}

  /**
   * @throws UserError that names the rule, what it refuses and the settings that mend it
   */
  static void require(Handle handle, OrdersTable table) {
    // a statement that merely names a value which a domain refuses fails
    Rule type = new Rule("type " + table.statusType(), "SELECT {value} IS NOT NULL");
    require(handle, table, type, List.of(OrderStatus.values()));
    for (String query : List.of(CHECKS, FOREIGN_KEYS)) {
      rules(handle, query, table).forEach(each -> require(handle, table, each, WRITTEN));
    }
  }

  private static List<Rule> rules(Handle handle, String query, OrdersTable table) {
    return handle
        .createQuery(query)
        .bind("table", table.name())
        .bind("status", table.status().replace("\"", ""))
        .map((row, context) -> new Rule(row.getString("name"), row.getString("test")))
        .list();
  }

  private static void require(
      Handle handle, OrdersTable table, Rule rule, List<OrderStatus> statuses) {
    List<OrderStatus> refused =
        statuses.stream().filter(each -> !rule.takes(handle, table.literal(each))).toList();
    if (!refused.isEmpty()) {
      throw new UserError(
          "%s of column %s of table %s does not take %s: alter it, or map the status to a value that it takes with %s"
              .formatted(
                  rule.name(),
                  table.status(),
                  table.name(),
                  String.join(", ", refused.stream().map(table::value).toList()),
                  String.join(", ", refused.stream().map(TableInspector::key).toList())));
    }
  }
}
