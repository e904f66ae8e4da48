package io.duly.operations;

import io.duly.operations.ReplayPlan.Move;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Counts what was claimed from records that were read again. Thread-safe. */
final class ClaimedAgain {
  /** Only orders of runs that were open then can have been claimed, and an index leads to these. */
  private static final String CLAIMED =
      """
      SELECT count(*) FROM duly.attempt a
      JOIN unnest(:partitions::int[], :after::bigint[], :before::bigint[]) AS m(part, after, before)
        ON a.source_partition = m.part AND a.source_offset >= m.after AND a.source_offset < m.before
      WHERE a.claimed_at >= :since AND a.run_id IN (
        SELECT r.id FROM duly.run r WHERE r.state IN ('PUBLISHING', 'PUBLISHED') OR r.closed_at >= :since)
      """;

  private final Jdbi jdbi;
  private final Duration patience;

  /** Counts no longer than {@code patience}. */
  ClaimedAgain(Jdbi jdbi, Duration patience) {
    this.jdbi = jdbi;
    this.patience = patience;
  }

  /**
   * How many orders were claimed since {@code at} from the records that {@code moves} made the
   * group read again; null where that cannot be had in time. Never throws for want of it.
   */
  @Nullable Long since(OffsetDateTime at, List<Move> moves) {
    List<Move> back = moves.stream().filter(each -> each.again() > 0).toList();
    if (back.isEmpty()) {
      return 0L;
    }
    try {
      return jdbi.inTransaction(
          handle -> {
            handle.execute("SET LOCAL statement_timeout = " + patience.toMillis());
            return handle
                .createQuery(CLAIMED)
                .bindArray(
                    "partitions",
                    Integer.class,
                    back.stream().map(each -> each.partition().partition()).toList())
                .bindArray("after", Long.class, back.stream().map(Move::after).toList())
                .bindArray("before", Long.class, back.stream().map(Move::before).toList())
                .bind("since", at)
                .mapTo(Long.class)
                .one();
          });
    } catch (JdbiException e) {
      return null;
    }
  }
}
