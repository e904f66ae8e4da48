package io.duly.operations;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.duly.operations.Problem.Kind;
import io.duly.orders.OrdersTable;
import io.duly.orders.RunTable;
import io.duly.runtime.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What waits for somebody; each method adds it to the problems. */
final class Matters {
  private static final int MOST_COUNTED = 10_000;
  private static final int MOST_STUCK = 100;
  private static final int MOST_MISSED = 10;
  private static final Duration LATELY = Duration.ofDays(7);

  private static final String IN_DOUBT =
      """
      SELECT count(*) AS count FROM (
        SELECT FROM duly.attempt a WHERE a.outcome = 'IN_DOUBT' AND NOT {sent_again}
        LIMIT :limit) found
      """;

  private static final String STUCK =
      """
      SELECT a.order_id::text AS id, a.attempt, a.run_id AS run, a.worker_id AS worker, a.claimed_at AS "claimedAt"
      FROM duly.attempt a
      WHERE a.finished_at IS NULL AND a.claimed_at < clock_timestamp() - make_interval(secs => :age)
      ORDER BY a.claimed_at LIMIT :limit
      """;

  private static final String UNDELIVERED =
      "SELECT count(*) AS count FROM duly.notification WHERE delivered_at IS NULL AND last_error IS NOT NULL AND (tries > 3 OR ended IS NOT NULL) AND created_at > clock_timestamp() - interval '7 days'";

  private final Settings settings;
  private final OrdersTable table;
  private final JsonRows rows;
  private final RunTable runs;

  Matters(Installation installation) {
    this.settings = installation.settings();
    this.table = installation.table();
    this.rows = new JsonRows(installation.database().jdbi());
    this.runs = new RunTable(installation.database().jdbi());
  }

  /** How many orders are in doubt; 10,000 stands for more as well. */
  long doubts(List<Problem> problems) {
    long count = count(table.sql(IN_DOUBT), Map.of("limit", MOST_COUNTED));
    if (count > 0) {
      problems.add(
          new Problem(Kind.ORDERS_IN_DOUBT, orders(count, MOST_COUNTED) + " wait for a decision"));
    }
    return count;
  }

  /** Attempts that are open for longer than a call takes, a hundred at most. */
  ArrayNode stuck(List<Problem> problems) {
    double age =
        settings
                .duration("worker.send-window")
                .plus(settings.duration("api.timeout"))
                .plus(settings.duration("reconciler.grace"))
                .toMillis()
            / 1e3;
    ArrayNode stuck = rows.read(STUCK, Map.of("age", age, "limit", MOST_STUCK));
    if (!stuck.isEmpty()) {
      problems.add(
          new Problem(
              Kind.ORDERS_STUCK,
              orders(stuck.size(), MOST_STUCK) + " are PROCESSING longer than a call takes"));
    }
    return stuck;
  }

  /** Runs that were missed, and verdicts that nobody has taken. */
  void missed(List<Problem> problems) {
    runs.missed(LATELY).stream()
        .limit(MOST_MISSED)
        .forEach(
            each ->
                problems.add(
                    new Problem(Kind.RUN_MISSED, each.schedule() + " at " + each.fireTime())));
    long undelivered = count(UNDELIVERED, Map.of());
    if (undelivered > 0) {
      problems.add(new Problem(Kind.WEBHOOK_NOT_DELIVERED, undelivered + " verdicts"));
    }
  }

  private static String orders(long count, long most) {
    return count + (count == most ? " orders or more" : " orders");
  }

  private long count(String sql, Map<String, Object> parameters) {
    return rows.read(sql, parameters).path(0).path("count").asLong();
  }
}
