package io.duly.orders;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;

/** The results that attempts have taken, as the database knows them. Thread-safe. */
public final class Results {
  private static final String COLUMNS =
      """
      SELECT a.order_id::text AS order_id, a.attempt, a.transition, a.token, a.outcome, a.run_id, a.http_status, a.reason,
        a.reference, a.fields::text AS fields, a.source_partition, a.source_offset,
        a.witness & 2 <> 0 AS told, coalesce(a.finished_at < clock_timestamp() - interval '1 minute', false) AS old
      FROM duly.attempt a
      """;
  private static final String FIND =
      COLUMNS
          + """
          JOIN unnest(:ids::text[], :attempts::int[], :transitions::int[]) AS g(id, attempt, transition)
            ON a.order_id = g.id::{id_type} AND a.attempt = g.attempt AND a.transition = g.transition
          WHERE a.outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT')
          """;

  /**
   * A result, and where the record of its order stood in the topic.
   *
   * @param isTold whether the result topic has shown it
   * @param isOld whether its attempt ended more than a minute ago
   */
  public record Stored(
      ResultEvent event, int sourcePartition, long sourceOffset, boolean isTold, boolean isOld) {}

  private final Jdbi jdbi;
  private final String findSql;

  public Results(Jdbi jdbi, OrdersTable table) {
    this.jdbi = jdbi;
    this.findSql = table.sql(FIND);
  }

  /** Those of the results (order id, attempt, transition) that still stand. */
  public List<Stored> find(List<String> ids, List<Integer> attempts, List<Integer> transitions) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(findSql)
                .bindArray("ids", String.class, ids)
                .bindArray("attempts", Integer.class, attempts)
                .bindArray("transitions", Integer.class, transitions)
                .map(Results::stored)
                .list());
  }

  private static Stored stored(ResultSet row, StatementContext context) throws SQLException {
    return new Stored(
        new ResultEvent(
            row.getString("order_id"),
            row.getInt("attempt"),
            row.getInt("transition"),
            row.getObject("token", UUID.class),
            Outcome.valueOf(row.getString("outcome")),
            row.getLong("run_id"),
            row.getObject("http_status", Integer.class),
            row.getString("reason"),
            row.getString("reference"),
            Fields.parse(row.getString("fields"))),
        row.getInt("source_partition"),
        row.getLong("source_offset"),
        row.getBoolean("told"),
        row.getBoolean("old"));
  }
}
