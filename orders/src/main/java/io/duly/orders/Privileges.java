package io.duly.orders;

import java.util.List;

/**
 * What the processes' database role may do, and no more: read the orders, write their status, keep
 * Duly's own tables. Making them is `duly init`'s, which needs the orders table's owner.
 */
public final class Privileges {
  private Privileges() {}

  /**
   * A statement and why it is needed.
   *
   * @param who the processes that need it
   */
  public record Grant(String sql, String who, String reason) {}

  /** What {@code role}, a name as it is, is to be granted on {@code database}. */
  public static List<Grant> of(OrdersTable table, String database, String role) {
    String to = " TO " + quoted(role);
    String schema = table.name().substring(0, table.name().indexOf("\".\"") + 1);
    String everyone = "all";
    return List.of(
        new Grant("GRANT CONNECT ON DATABASE " + quoted(database) + to, everyone, "to connect"),
        new Grant(
            "GRANT TEMPORARY ON DATABASE " + quoted(database) + to,
            "reconciler, verify, replay",
            "to count the orders of a cancelled run and to check a verdict, in temporary tables"),
        new Grant("GRANT USAGE ON SCHEMA " + schema + to, everyone, "to see the orders table"),
        new Grant(
            "GRANT SELECT ON " + table.name() + to,
            everyone,
            "to find what is due, and to make the request's body"),
        new Grant(
            "GRANT UPDATE (" + table.status() + ") ON " + table.name() + to,
            "worker, reconciler",
            "to claim an order and to record its result; no other column is written"),
        new Grant("GRANT USAGE ON SCHEMA duly" + to, everyone, "Duly's own tables"),
        new Grant(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA duly" + to,
            everyone,
            "runs, attempts, counters, evidence"),
        new Grant(
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA duly" + to, everyone, "numbers of new rows"),
        new Grant(
            "ALTER ROLE " + quoted(role) + " REPLICATION",
            "reconciler",
            "to read the write-ahead log through its slot, and to make it anew where it is lost"));
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
