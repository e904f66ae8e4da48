package io.duly.orders;

import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Claims that the orders table refused: the orders stay PENDING, with evidence. Thread-safe. */
public final class RefusedClaims {
  /**
   * What the run still owes to the order is given up; {@link Skips} tries once more when all else
   * of the run is done.
   */
  private static final String KEEP =
      """
      WITH dropped AS (
        DELETE FROM duly.retry WHERE order_id = :id::{id_type} AND run_id = :run
      )
      INSERT INTO duly.evidence (order_id, attempt, token, kind, detail)
      VALUES (:id::{id_type}, 0, :token, 'claim refused', concat('run ', :run::bigint, ', ', :reason::text))
      """;

  private final Jdbi jdbi;
  private final String sql;

  public RefusedClaims(Jdbi jdbi, OrdersTable table) {
    this.jdbi = jdbi;
    this.sql = table.sql(KEEP);
  }

  /** Keeps that {@code due} could not be claimed under {@code token}, and why. */
  public void keep(DueOrder due, UUID token, String reason) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(sql)
                .bind("id", due.orderId())
                .bind("run", due.runId())
                .bind("token", token)
                .bind("reason", reason)
                .execute());
  }
}
