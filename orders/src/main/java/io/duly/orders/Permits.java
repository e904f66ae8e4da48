package io.duly.orders;

import java.time.Duration;
import java.util.OptionalLong;
import org.jdbi.v3.core.Jdbi;

/**
 * The shared rate budget: one row holds the time at which the next call may start, and who takes n
 * permits moves it n intervals on (the generic cell rate algorithm, ITU-T I.371, with a burst of
 * one). So all workers together never exceed the rate, whoever they are. A permit is good for its
 * own instant only. Thread-safe.
 */
public final class Permits {
  private static final String LEASE =
      """
      UPDATE duly.permit SET next_at = greatest(next_at, clock_timestamp()) + make_interval(secs => :span)
      WHERE name = 'api' AND paused IS NULL AND next_at <= clock_timestamp() + make_interval(secs => :horizon)
      RETURNING extract(epoch FROM next_at - make_interval(secs => :span) - clock_timestamp()) AS starts_in
      """;
  private static final String HOLD =
      "UPDATE duly.permit SET next_at = greatest(next_at, clock_timestamp() + make_interval(secs => :wait)) WHERE name = 'api'";
  private static final String IS_OPEN =
      "SELECT paused IS NULL AND next_at <= clock_timestamp() + make_interval(secs => :horizon) FROM duly.permit WHERE name = 'api'";

  private final Jdbi jdbi;

  public Permits(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Takes permits for calls that last {@code span} at the rate's pace; the first is good in that
   * many nanoseconds. Empty where calls are paused or the budget is taken for the next {@code
   * horizon}.
   */
  public OptionalLong lease(Duration span, Duration horizon) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(LEASE)
                .bind("span", seconds(span))
                .bind("horizon", seconds(horizon))
                .mapTo(Double.class)
                .findOne()
                .map(startsIn -> OptionalLong.of((long) (startsIn * 1e9)))
                .orElse(OptionalLong.empty()));
  }

  /** Lets no worker start a call for {@code wait}: the API asked for it. */
  public void hold(Duration wait) {
    jdbi.useHandle(handle -> handle.createUpdate(HOLD).bind("wait", seconds(wait)).execute());
  }

  /** Whether calls may start within {@code horizon}. */
  public boolean isOpen(Duration horizon) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(IS_OPEN)
                .bind("horizon", seconds(horizon))
                .mapTo(Boolean.class)
                .one());
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
