package io.duly.orders;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * What has come over a run on its way; null where it has not.
 *
 * @param paused why it is paused
 * @param trouble why ingest cannot publish it
 * @param cancelledBy who cancelled it
 * @param cancelledWhy and why
 * @param unclaimed orders that a cancelled run left without a result
 * @param canary orders that it is tried out on; 0 for none
 * @param canaryPassed whether the others follow
 * @param times of its end
 */
public record RunLife(
    @Nullable String paused,
    @Nullable String trouble,
    @Nullable String cancelledBy,
    @Nullable String cancelledWhy,
    @Nullable Long unclaimed,
    int canary,
    boolean canaryPassed,
    Times times) {
  /**
   * When the run has to end and will end.
   *
   * @param eta when its last order will have a result at the present rate
   * @param lateSince when the deadline was found passed
   */
  public record Times(
      @Nullable Instant deadline, @Nullable Instant eta, @Nullable Instant lateSince) {}

  private static final String READ =
      """
      SELECT paused, trouble, cancelled_by, cancelled_why, unclaimed, coalesce(cardinality(canary_ids), 0) AS canary,
        canary_passed_at IS NOT NULL AS passed, deadline, eta, late_at
      FROM duly.run WHERE id = :id
      """;

  /** That of run {@code id}; empty where there is none. */
  public static Optional<RunLife> read(Jdbi jdbi, long id) {
    return jdbi.withHandle(
        handle ->
            handle.createQuery(READ).bind("id", id).map((row, context) -> life(row)).findOne());
  }

  private static RunLife life(ResultSet row) throws SQLException {
    return new RunLife(
        row.getString("paused"),
        row.getString("trouble"),
        row.getString("cancelled_by"),
        row.getString("cancelled_why"),
        row.getObject("unclaimed", Long.class),
        row.getInt("canary"),
        row.getBoolean("passed"),
        new Times(instant(row, "deadline"), instant(row, "eta"), instant(row, "late_at")));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
