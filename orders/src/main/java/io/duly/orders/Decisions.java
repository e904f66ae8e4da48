package io.duly.orders;

import io.duly.orders.AttemptResult.Answer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Settles doubts as a person decides. A decision and what it does to its order are one transaction,
 * and go the way of every other result: counters, status, log message, result event. A doubt that
 * was settled meanwhile, or whose row others have locked, is left alone, without a trace of a
 * decision. Thread-safe.
 */
public final class Decisions {
  // Locked before anything is written: a late answer either comes first, and the doubt is gone, or
  // waits, and becomes evidence.
  private static final String LOCK =
      """
      WITH held AS MATERIALIZED (
        SELECT a.order_id AS id, a.attempt, a.token
        FROM unnest(:ids::text[], :attempts::int[], :tokens::uuid[]) AS g(id, attempt, token)
        JOIN duly.attempt a ON a.order_id = g.id::{id_type} AND a.attempt = g.attempt AND a.token = g.token
        WHERE a.outcome = 'IN_DOUBT'
        ORDER BY a.order_id, a.attempt
        FOR UPDATE OF a
      ), {busy rows}
      SELECT h.id::text AS order_id, h.attempt, h.token FROM held h
      WHERE h.id NOT IN (SELECT b.id FROM busy b) ORDER BY h.id, h.attempt
      """
          .replace("{busy rows}", BusyRows.OF_HELD);

  private static final String DECIDE =
      """
      INSERT INTO duly.decision (order_id, generation, decided, who, reason)
      SELECT a.order_id, a.generation, :decided, :who, :reason
      FROM unnest(:ids::text[], :attempts::int[]) AS g(id, attempt)
      JOIN duly.attempt a ON a.order_id = g.id::{id_type} AND a.attempt = g.attempt
      """;

  /** What a person found out, and who says so. */
  public record Finding(Outcome outcome, String who, String reason) {
    public Finding {
      if (outcome != Outcome.COMPLETED && outcome != Outcome.FAILED) {
        throw new IllegalArgumentException("outcome must be COMPLETED or FAILED, is " + outcome);
      }
      if (who.isBlank() || reason.isBlank()) {
        throw new IllegalArgumentException("who and reason must not be blank");
      }
    }
  }

  private final Jdbi jdbi;
  private final Records records;
  private final String lockSql;
  private final String decideSql;

  /** Decides on orders of {@code table}; {@code records} must write to the same database. */
  public Decisions(Jdbi jdbi, OrdersTable table, Records records) {
    this.jdbi = jdbi;
    this.records = records;
    this.lockSql = table.sql(LOCK);
    this.decideSql = table.sql(DECIDE);
  }

  /** Settles those of {@code doubts} that still are in doubt and not locked, and returns them. */
  public List<Recorded> settle(List<DoubtQueue.Entry> doubts, Finding finding) {
    return jdbi.inTransaction(
        handle -> {
          List<AttemptResult> still = lock(handle, doubts, finding);
          if (still.isEmpty()) {
            return List.of();
          }
          decide(handle, still, finding);
          // Jdbi gives a thread inside a transaction the handle of that transaction.
          return records.record("operator", still).recorded();
        });
  }

  private List<AttemptResult> lock(Handle handle, List<DoubtQueue.Entry> doubts, Finding finding) {
    Answer answer = Answer.because("decided by " + finding.who() + ": " + finding.reason());
    return handle
        .createQuery(lockSql)
        .bindArray("ids", String.class, doubts.stream().map(DoubtQueue.Entry::orderId).toList())
        .bindArray(
            "attempts", Integer.class, doubts.stream().map(DoubtQueue.Entry::attempt).toList())
        .bindArray("tokens", UUID.class, doubts.stream().map(DoubtQueue.Entry::token).toList())
        .map(
            (row, context) ->
                new AttemptResult(
                    row.getString("order_id"),
                    row.getInt("attempt"),
                    row.getObject("token", UUID.class),
                    finding.outcome(),
                    0,
                    answer,
                    Duration.ZERO))
        .list();
  }

  private void decide(Handle handle, List<AttemptResult> settled, Finding finding) {
    handle
        .createUpdate(decideSql)
        .bindArray("ids", String.class, settled.stream().map(AttemptResult::orderId).toList())
        .bindArray("attempts", Integer.class, settled.stream().map(AttemptResult::attempt).toList())
        .bind("decided", finding.outcome().name())
        .bind("who", finding.who())
        .bind("reason", finding.reason())
        .execute();
  }
}
