package io.duly.operations;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.duly.orders.OrdersTable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Orders by what their last attempt says, found through Duly's own tables. Thread-safe. */
public final class AttemptList {
  /** Of an attempt in doubt that is sent again by decision, nothing is waited for any more. */
  private static final String LIST =
      """
      SELECT a.order_id::text AS "order", coalesce(a.outcome, 'PROCESSING') AS status, a.attempt, a.run_id AS run, a.calls,
        a.http_status AS http, a.source_partition AS partition, coalesce(a.finished_at, a.claimed_at) AS since, a.reason
      FROM duly.attempt a
      WHERE {state}
        AND NOT EXISTS (SELECT FROM duly.attempt b WHERE b.order_id = a.order_id AND b.attempt > a.attempt)
        AND NOT {sent_again}
        AND (:run::bigint IS NULL OR a.run_id = :run)
        AND (:reason::text IS NULL OR strpos(lower(a.reason), lower(:reason::text)) > 0)
        AND (:http::int IS NULL OR a.http_status = :http)
        AND (:partition::int IS NULL OR a.source_partition = :partition)
        AND a.attempt >= :attempts
        AND coalesce(a.finished_at, a.claimed_at) <= clock_timestamp() - make_interval(secs => :age)
      ORDER BY a.order_id LIMIT :limit
      """;

  /** What a last attempt may say. */
  public enum Status {
    PROCESSING,
    IN_DOUBT,
    FAILED,
    COMPLETED;

    /** Whether an index leads to such attempts of all runs. */
    public boolean isRare() {
      return this == PROCESSING || this == IN_DOUBT;
    }
  }

  /**
   * Which orders are meant.
   *
   * @param run only those of this run; needed where the status is not rare
   * @param reason a part of the attempt's reason, in any case of letters
   * @param http the API's last status
   * @param partition of the topic of due orders
   * @param attempts at least so many
   * @param age since at least so long
   */
  public record Selection(
      Status status,
      @Nullable Long run,
      @Nullable String reason,
      @Nullable Integer http,
      @Nullable Integer partition,
      int attempts,
      Duration age) {
    public Selection {
      if (run == null && !status.isRare()) {
        throw new IllegalArgumentException("run is needed with status " + status);
      }
    }
  }

  private final JsonRows rows;
  private final OrdersTable table;

  public AttemptList(Jdbi jdbi, OrdersTable table) {
    this.rows = new JsonRows(jdbi);
    this.table = table;
  }

  /**
   * The first {@code limit} by id, with the keys order, status, attempt, run, calls, http,
   * partition, since, reason.
   */
  public ArrayNode read(Selection selection, int limit) {
    Map<String, @Nullable Object> parameters = new HashMap<>();
    parameters.put("run", selection.run());
    parameters.put("reason", selection.reason());
    parameters.put("http", selection.http());
    parameters.put("partition", selection.partition());
    parameters.put("attempts", selection.attempts());
    parameters.put("age", selection.age().toMillis() / 1e3);
    parameters.put("limit", limit);
    String state =
        selection.status() == Status.PROCESSING
            ? "a.finished_at IS NULL"
            : "a.outcome = '" + selection.status() + "'";
    return rows.read(table.sql(LIST.replace("{state}", state)), parameters);
  }
}
