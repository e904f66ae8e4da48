package io.duly.orders;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The attempts that are in doubt and whose order is not sent again by decision. Thread-safe. */
public final class Doubts {
  private static final String QUIET =
      """
      SELECT a.order_id::text AS order_id, a.attempt, a.token, a.generation, a.calls
      FROM duly.attempt a
      WHERE a.outcome = 'IN_DOUBT' %s
        AND NOT {sent_again}
        AND a.claimed_at < clock_timestamp() - make_interval(secs => :quiet)
      ORDER BY a.order_id LIMIT :limit
      """;

  private static final String AFTER = "AND a.order_id > :after::{id_type}";

  private static final String FRESH =
      """
      SELECT EXISTS (SELECT FROM duly.attempt a WHERE a.outcome = 'IN_DOUBT' AND a.run_id = :run
        AND a.finished_at > clock_timestamp() - make_interval(secs => :age))
      """;

  /** One attempt in doubt. */
  public record Doubt(String orderId, int attempt, UUID token, int generation, int calls) {}

  private final Jdbi jdbi;
  private final String firstSql;
  private final String nextSql;

  public Doubts(Jdbi jdbi, OrdersTable table) {
    this.jdbi = jdbi;
    this.firstSql = table.sql(QUIET.formatted(""));
    this.nextSql = table.sql(QUIET.formatted(AFTER));
  }

  /**
   * Up to {@code limit} doubts claimed more than {@code quiet} ago, by order id, after {@code
   * after} (null: from the first).
   */
  public List<Doubt> quiet(@Nullable String after, Duration quiet, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(after == null ? firstSql : nextSql)
                .bindMap(after == null ? Map.of() : Map.of("after", after))
                .bind("quiet", quiet.toMillis() / 1000.0)
                .bind("limit", limit)
                .map(
                    (row, context) ->
                        new Doubt(
                            row.getString("order_id"),
                            row.getInt("attempt"),
                            row.getObject("token", UUID.class),
                            row.getInt("generation"),
                            row.getInt("calls")))
                .list());
  }

  /** Whether the run has a doubt that came up less than {@code age} ago. */
  public boolean hasFresh(long runId, Duration age) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(FRESH)
                .bind("run", runId)
                .bind("age", age.toMillis() / 1000.0)
                .mapTo(Boolean.class)
                .one());
  }
}
