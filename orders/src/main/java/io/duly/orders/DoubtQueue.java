package io.duly.orders;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The attempts in doubt that wait for a person, as a person asks for them; not those whose order is
 * sent again by decision. Thread-safe.
 */
public final class DoubtQueue {
  // The ids are compared as text, so that one that is no id of this table matches nothing.
  private static final String LIST =
      """
      SELECT a.order_id::text AS order_id, a.attempt, a.token, a.generation, a.run_id, a.calls,
        coalesce(a.reason, '') AS reason, a.finished_at
      FROM duly.attempt a
      WHERE a.outcome = 'IN_DOUBT'
        AND NOT {sent_again}
        AND (cardinality(:ids::text[]) = 0 OR a.order_id::text = ANY(:ids::text[]))
        AND (:run::bigint IS NULL OR a.run_id = :run)
        AND (:reason::text IS NULL OR strpos(lower(a.reason), lower(:reason::text)) > 0)
        AND (:afterId::text IS NULL OR (a.order_id, a.attempt) > (:afterId::{id_type}, :afterAttempt))
      ORDER BY a.order_id, a.attempt LIMIT :limit
      """;

  /**
   * Which doubts are meant.
   *
   * @param ids of the orders; empty for all
   * @param run only those of this run
   * @param reason a part of the attempt's reason, in any case of letters
   */
  public record Selection(List<String> ids, @Nullable Long run, @Nullable String reason) {
    public Selection {
      ids = List.copyOf(ids);
    }
  }

  /** One attempt in doubt; {@code since} is when it came into doubt. */
  public record Entry(
      String orderId,
      int attempt,
      UUID token,
      int generation,
      long runId,
      int calls,
      String reason,
      OffsetDateTime since) {}

  private final Jdbi jdbi;
  private final String sql;

  public DoubtQueue(Jdbi jdbi, OrdersTable table) {
    this.jdbi = jdbi;
    this.sql = table.sql(LIST);
  }

  /**
   * Up to {@code limit} of the selected doubts by order id and attempt, after {@code after} (null:
   * from the first).
   */
  public List<Entry> list(Selection selection, @Nullable Entry after, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(sql)
                .bindArray("ids", String.class, selection.ids())
                .bind("run", selection.run())
                .bind("reason", selection.reason())
                .bind("afterId", after == null ? null : after.orderId())
                .bind("afterAttempt", after == null ? 0 : after.attempt())
                .bind("limit", limit)
                .map(
                    (row, context) ->
                        new Entry(
                            row.getString("order_id"),
                            row.getInt("attempt"),
                            row.getObject("token", UUID.class),
                            row.getInt("generation"),
                            row.getLong("run_id"),
                            row.getInt("calls"),
                            row.getString("reason"),
                            row.getObject("finished_at", OffsetDateTime.class)))
                .list());
  }
}
