package io.duly.operations;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads runs with their counts, without the orders table. */
final class RunRows {
  private static final String RUN_ROWS =
      """
      SELECT r.id, r.schedule, r.lane, r.state, r.fire_time AS "fireTime", r.opened_at AS "openedAt",
        r.published_at AS "publishedAt", r.closed_at AS "closedAt", r.selected,
        coalesce(c.completed, 0) AS completed, coalesce(c.failed, 0) AS failed, coalesce(c.in_doubt, 0) AS "inDoubt",
        r.skipped, r.cancelled, r.unclaimed, r.paused, r.cancelled_why AS "cancelledWhy", r.deadline, r.eta,
        r.late_at AS "lateAt", coalesce(r.deadline < r.eta, r.late_warned_at IS NOT NULL) AS late, r.trouble
      FROM duly.run r LEFT JOIN LATERAL (
        SELECT sum(c.completed) AS completed, sum(c.failed) AS failed, sum(c.in_doubt - c.settled) AS in_doubt
        FROM duly.run_counter c WHERE c.run_id = r.id) c ON true
      """;

  private static final String RUNS_BEFORE =
      RUN_ROWS + "WHERE r.id < :before ORDER BY r.id DESC LIMIT :limit";

  private static final String OPEN_BEFORE =
      RUN_ROWS
          + "WHERE r.id < :before AND r.state IN ('OPEN', 'PUBLISHING', 'PUBLISHED') ORDER BY r.id DESC LIMIT :limit";

  private RunRows() {}

  /** Runs before run {@code before}, the latest first; {@code null}: from the latest. */
  static ArrayNode before(JsonRows rows, @Nullable Long before, int limit) {
    return rows.read(
        RUNS_BEFORE, Map.of("before", before == null ? Long.MAX_VALUE : before, "limit", limit));
  }

  /**
   * The latest runs, and after them those that are open still: a large run goes on while many small
   * ones come after it. Up to {@code limit} of each.
   */
  static ArrayNode latestAndOpen(JsonRows rows, int limit) {
    ArrayNode runs = before(rows, null, limit);
    if (runs.size() == limit) {
      long oldest = runs.path(limit - 1).path("id").asLong();
      runs.addAll(rows.read(OPEN_BEFORE, Map.of("before", oldest, "limit", limit)));
    }
    return runs;
  }
}
