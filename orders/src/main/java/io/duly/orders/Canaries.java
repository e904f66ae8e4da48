package io.duly.orders;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * The orders that a run is tried out on: they are chosen and saved before they are published, and
 * nothing else of the run is published before it has passed. So never more than they are called,
 * whoever dies. Thread-safe.
 */
public final class Canaries {
  private static final String CHOICE =
      "SELECT canary_ids, canary_at IS NOT NULL AS published FROM duly.run WHERE id = :id";
  private static final String CHOOSE =
      """
      UPDATE duly.run SET canary_ids = :ids, owner_seen_at = clock_timestamp()
      WHERE id = :id AND owner = :owner AND state = 'PUBLISHING' AND paused IS NULL AND canary_ids IS NULL
      """;
  private static final String PUBLISHED =
      """
      UPDATE duly.run SET canary_at = clock_timestamp(), last_id = :last::{id_type}, selected = selected + cardinality(canary_ids),
        owner = ''
      WHERE id = :id AND owner = :owner AND state = 'PUBLISHING' AND paused IS NULL AND canary_at IS NULL
      """;
  private static final String WAITING =
      """
      SELECT id FROM duly.run
      WHERE state = 'PUBLISHING' AND paused IS NULL AND canary_at IS NOT NULL AND canary_passed_at IS NULL
      ORDER BY id
      """;
  private static final String OUTCOMES =
      """
      WITH canary AS MATERIALIZED (
        SELECT c.id::{id_type} AS id FROM duly.run r, unnest(r.canary_ids) AS c(id) WHERE r.id = :id
      )
      SELECT count(*) AS orders, count(*) FILTER (WHERE o.{status} IN ({PENDING}, {PROCESSING})) AS waiting,
        count(*) FILTER (WHERE a.outcome = 'FAILED') AS failures, count(*) FILTER (WHERE a.outcome = 'IN_DOUBT') AS doubts
      FROM canary c LEFT JOIN {orders} o ON o.{id} = c.id
      LEFT JOIN LATERAL (
        SELECT a.outcome FROM duly.attempt a WHERE a.order_id = c.id AND a.run_id = :id
        ORDER BY a.attempt DESC LIMIT 1) a ON true
      """;

  /** Published again by the reconciler until they are claimed, as any retry. */
  private static final String QUEUE_LOST =
      """
      INSERT INTO duly.retry (order_id, run_id, not_before)
      SELECT o.{id}, r.id, clock_timestamp()
      FROM duly.run r CROSS JOIN unnest(r.canary_ids) AS c(id) JOIN {orders} o ON o.{id} = c.id::{id_type}
      WHERE r.id = :id AND r.canary_at < clock_timestamp() - make_interval(secs => :patience) AND o.{status} = {PENDING}
        AND NOT EXISTS (SELECT FROM duly.attempt a WHERE a.order_id = o.{id} AND a.finished_at IS NULL)
      ON CONFLICT (order_id) DO NOTHING
      """;

  private static final String PASS =
      "UPDATE duly.run SET canary_passed_at = clock_timestamp() WHERE id = :id AND canary_passed_at IS NULL AND paused IS NULL";

  /**
   * The orders that a run is tried out on.
   *
   * @param ids none where it is not tried out; null where nothing is chosen yet
   * @param isPublished whether the topic has them
   */
  public record Choice(@Nullable List<String> ids, boolean isPublished) {}

  /** What became of a canary; {@code waiting} orders have no outcome yet. */
  public record Outcomes(long orders, long waiting, long failures, long doubts) {}

  private final Jdbi jdbi;
  private final OrdersTable table;

  public Canaries(Jdbi jdbi, OrdersTable table) {
    this.jdbi = jdbi;
    this.table = table;
  }

  /** What was chosen for the run. */
  public Choice choice(Run run) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(CHOICE)
                .bind("id", run.id())
                .map((row, context) -> choice(row.getArray("canary_ids"), row))
                .one());
  }

  private static Choice choice(@Nullable Array ids, ResultSet row) throws SQLException {
    return new Choice(
        ids == null ? null : List.of((String[]) ids.getArray()), row.getBoolean("published"));
  }

  /**
   * Saves the choice of {@code owner}, none where the run is not to be tried out; false where the
   * run is not its any more.
   */
  public boolean choose(Run run, String owner, List<String> ids) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(CHOOSE)
                    .bind("id", run.id())
                    .bind("owner", owner)
                    .bindArray("ids", String.class, ids)
                    .execute()
                == 1);
  }

  /** Saves that {@code ids} are published; {@code owner} lets the run go until it has passed. */
  public void published(Run run, String owner, List<String> ids) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(table.sql(PUBLISHED))
                .bind("id", run.id())
                .bind("owner", owner)
                .bind("last", ids.get(ids.size() - 1))
                .execute());
  }

  /** The runs that wait for the outcomes of their canary. */
  public List<Long> waiting() {
    return jdbi.withHandle(handle -> handle.createQuery(WAITING).mapTo(Long.class).list());
  }

  public Outcomes outcomes(long runId) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(table.sql(OUTCOMES))
                .bind("id", runId)
                .map(Canaries::outcomes)
                .one());
  }

  private static Outcomes outcomes(ResultSet row, StatementContext context) throws SQLException {
    return new Outcomes(
        row.getLong("orders"),
        row.getLong("waiting"),
        row.getLong("failures"),
        row.getLong("doubts"));
  }

  /**
   * Gives the orders of a canary that are PENDING, {@code patience} after they were published, a
   * retry: their records may be lost. Returns how many.
   */
  public int queueLost(long runId, Duration patience) {
    return jdbi.withHandle(
        handle ->
            handle
                .createUpdate(table.sql(QUEUE_LOST))
                .bind("id", runId)
                .bind("patience", patience.toMillis() / 1e3)
                .execute());
  }

  /** Lets the others of the run follow. */
  public boolean pass(long runId) {
    return jdbi.withHandle(handle -> handle.createUpdate(PASS).bind("id", runId).execute()) == 1;
  }
}
