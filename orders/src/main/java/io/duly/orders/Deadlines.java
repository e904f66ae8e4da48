package io.duly.orders;

import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** When runs have to be done, and whether they will be. Thread-safe. */
public final class Deadlines {
  private static final String OPEN = "state IN ('OPEN', 'PUBLISHING', 'PUBLISHED')";
  private static final String SET =
      "UPDATE duly.run SET deadline = fire_time + make_interval(secs => :within) WHERE deadline IS NULL AND "
          + OPEN;
  private static final String PROGRESS =
      """
      SELECT r.id, r.selected, c.done, r.paused IS NULL AND (r.state <> 'PUBLISHED' OR r.selected > c.done) AS is_to_go_on
      FROM duly.run r CROSS JOIN LATERAL (
        SELECT coalesce(sum(c.completed + c.failed + c.in_doubt - c.settled), 0) AS done
        FROM duly.run_counter c WHERE c.run_id = r.id) c
      WHERE r.state IN ('OPEN', 'PUBLISHING', 'PUBLISHED') ORDER BY r.id
      """;
  private static final String EXPECT =
      "UPDATE duly.run SET eta = clock_timestamp() + make_interval(secs => :left) WHERE id = :id AND "
          + OPEN;
  private static final String WARN =
      Notifications.telling(
          "deadline-at-risk",
          "'the ETA is after the deadline'",
          "UPDATE duly.run SET late_warned_at = clock_timestamp() WHERE id = :id AND eta > deadline AND late_warned_at IS NULL AND "
              + OPEN);
  private static final String STALL =
      Notifications.telling(
          "deadline-at-risk",
          "'nothing gets done'",
          "UPDATE duly.run SET late_warned_at = clock_timestamp() WHERE id = :id AND deadline > clock_timestamp() AND late_warned_at IS NULL AND paused IS NULL AND "
              + OPEN);
  private static final String MISS =
      Notifications.telling(
          "deadline-passed",
          "'the deadline has passed'",
          "UPDATE duly.run SET late_at = clock_timestamp() WHERE id = :id AND deadline < clock_timestamp() AND late_at IS NULL AND "
              + OPEN);

  /**
   * How far a run is: orders published, and those of them with a result.
   *
   * @param isToGoOn whether orders of it are left, or may still be published, and it is not paused
   */
  public record Progress(long runId, long selected, long done, boolean isToGoOn) {}

  private final Jdbi jdbi;

  public Deadlines(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Gives the open runs that have none a deadline that long after their fire time. */
  public void set(Duration within) {
    jdbi.useHandle(
        handle -> handle.createUpdate(SET).bind("within", within.toMillis() / 1e3).execute());
  }

  /** The open runs, by the counters that are kept with the results. */
  public List<Progress> progress() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(PROGRESS)
                .map(
                    (row, context) ->
                        new Progress(
                            row.getLong("id"),
                            row.getLong("selected"),
                            row.getLong("done"),
                            row.getBoolean("is_to_go_on")))
                .list());
  }

  /** Saves when the run will be done: in {@code left} from now; null where that is unknown. */
  public void expect(long runId, @Nullable Duration left) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(EXPECT)
                .bind("id", runId)
                .bind("left", left == null ? null : Double.valueOf(left.toMillis() / 1e3))
                .execute());
  }

  /** True where the ETA has passed the deadline for the first time; it is then told. */
  public boolean isAtRisk(long runId) {
    return changes(WARN, runId);
  }

  /**
   * True where a run of which nothing gets done has a deadline before it and was not warned of yet;
   * it is then told.
   */
  public boolean isStalled(long runId) {
    return changes(STALL, runId);
  }

  /** True where the deadline has passed for the first time; it is then told. */
  public boolean isPassed(long runId) {
    return changes(MISS, runId);
  }

  private boolean changes(String sql, long runId) {
    return jdbi.withHandle(
            handle -> handle.createQuery(sql).bind("id", runId).mapTo(Integer.class).one())
        == 1;
  }
}
