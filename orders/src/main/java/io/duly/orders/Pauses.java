package io.duly.orders;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * The pause of all calls, shared by all workers: one that a person ends, or one that ends by itself
 * when the API accepts a probe, for which one worker at a time takes the right. Thread-safe.
 */
public final class Pauses {
  private static final String CURRENT =
      "SELECT paused, paused_at, probe_at IS NOT NULL AS probes FROM duly.permit WHERE name = 'api' AND paused IS NOT NULL";
  private static final String PAUSE =
      "UPDATE duly.permit SET paused = :reason, paused_at = clock_timestamp(), probe_at = NULL WHERE name = 'api'";
  private static final String STOP = PAUSE + " AND (paused IS NULL OR probe_at IS NOT NULL)";
  private static final String SUSPEND =
      """
      UPDATE duly.permit SET paused = :reason, paused_at = clock_timestamp(),
        probe_at = clock_timestamp() + make_interval(secs => :probe)
      WHERE name = 'api' AND paused IS NULL
      """;
  private static final String TAKE_PROBE =
      """
      UPDATE duly.permit SET probe_at = clock_timestamp() + make_interval(secs => :probe)
      WHERE name = 'api' AND paused IS NOT NULL
        AND (probe_at <= clock_timestamp() OR probe_at > clock_timestamp() + make_interval(secs => :probe))
      """;
  private static final String RESUME =
      "UPDATE duly.permit SET paused = NULL, paused_at = NULL, probe_at = NULL WHERE name = 'api' AND paused IS NOT NULL";
  private static final String RESUME_PROBED = RESUME + " AND probe_at IS NOT NULL";

  /**
   * A pause.
   *
   * @param since null where the row was paused by hand
   * @param probes whether it ends by itself when the API accepts an order
   */
  public record Pause(
      String reason, @org.jspecify.annotations.Nullable Instant since, boolean probes) {}

  private final Jdbi jdbi;

  public Pauses(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The pause in force, if any. */
  public Optional<Pause> current() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(CURRENT)
                .map(
                    (row, context) -> {
                      java.sql.Timestamp since = row.getTimestamp("paused_at");
                      return new Pause(
                          row.getString("paused"),
                          since == null ? null : since.toInstant(),
                          row.getBoolean("probes"));
                    })
                .findOne());
  }

  /** A person's pause, which takes the place of any other, until {@link #resume}. */
  public void pause(String reason) {
    jdbi.useHandle(handle -> handle.createUpdate(PAUSE).bind("reason", reason).execute());
  }

  /** A worker's pause until {@link #resume}; false where such a pause is in force already. */
  public boolean stop(String reason) {
    return jdbi.withHandle(handle -> handle.createUpdate(STOP).bind("reason", reason).execute())
        > 0;
  }

  /** A worker's pause with a probe every {@code interval}; false where one is in force already. */
  public boolean suspend(String reason, Duration interval) {
    return jdbi.withHandle(
            handle ->
                handle
                    .createUpdate(SUSPEND)
                    .bind("reason", reason)
                    .bind("probe", interval.toMillis() / 1e3)
                    .execute())
        > 0;
  }

  /**
   * Takes the right to try one order, if it is time for that or the time was told by a clock that
   * was ahead; the next is {@code interval} on.
   */
  public boolean takeProbe(Duration interval) {
    return jdbi.withHandle(
            handle ->
                handle.createUpdate(TAKE_PROBE).bind("probe", interval.toMillis() / 1e3).execute())
        > 0;
  }

  /** Ends any pause; false where there was none. */
  public boolean resume() {
    return jdbi.withHandle(handle -> handle.createUpdate(RESUME).execute()) > 0;
  }

  /** Ends a pause with probes, because one was accepted; false where there was none. */
  public boolean resumeProbed() {
    return jdbi.withHandle(handle -> handle.createUpdate(RESUME_PROBED).execute()) > 0;
  }
}
