package io.duly.orders;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * The shared rate budget: one row holds the time at which the next call may start, and who takes n
 * permits moves it n intervals on (the generic cell rate algorithm, ITU-T I.371, with a burst of
 * one). So all workers together never exceed the rate, whoever they are. A permit is good for its
 * own instant only. A clock that is put back leaves the budget taken for as long as it was, and a
 * hold for at most twice as long. Thread-safe.
 */
public final class Permits {
  /**
   * Permits that were taken: when the first is good, and when they were taken, both by the
   * database's clock in microseconds since 1970.
   */
  public record Lease(long startMicros, long clockMicros) {}

  /** No API keeps everybody waiting for longer. */
  private static final Duration LONGEST_HOLD = Duration.ofHours(1);

  /** Whether the API's last wish to wait counts: it does not where the clock was far ahead then. */
  private static final String IS_HELD = "held_at - held_for < clock_timestamp()";

  /** When the next call may start. What was taken by a clock ahead of this one is as long away. */
  static final String NEXT =
      """
      greatest(clock_timestamp(), CASE WHEN leased_at > clock_timestamp()
          THEN clock_timestamp() + (greatest(next_at, leased_at) - leased_at) ELSE next_at END,
        CASE WHEN {held} THEN held_at + held_for END)"""
          .replace("{held}", IS_HELD);

  /** Whether that is within {@code :horizon}, or is to be told by this clock first. */
  static final String IS_NEAR =
      """
      (leased_at > clock_timestamp() OR next_at <= clock_timestamp() + make_interval(secs => :horizon))
        AND NOT ({held} AND held_at + held_for > clock_timestamp() + make_interval(secs => :horizon))"""
          .replace("{held}", IS_HELD);

  private static final String LEASE =
      """
      UPDATE duly.permit SET next_at = {next} + make_interval(secs => :span), leased_at = clock_timestamp()
      WHERE name = 'api' AND (paused IS NULL OR probe_at IS NOT NULL) AND {near}
      RETURNING (extract(epoch FROM next_at - make_interval(secs => :span)) * 1000000)::bigint AS start_micros,
        (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock_micros
      """
          .replace("{next}", NEXT)
          .replace("{near}", IS_NEAR);
  private static final String HOLD =
      """
      UPDATE duly.permit SET held_at = clock_timestamp(), held_for = make_interval(secs => :wait)
      WHERE name = 'api' AND NOT ({held} AND held_at + held_for >= clock_timestamp() + make_interval(secs => :wait))
      """
          .replace("{held}", IS_HELD);
  private static final String IS_OPEN =
      "SELECT paused IS NULL AND " + IS_NEAR + " FROM duly.permit WHERE name = 'api'";

  private static final String DRAW =
      """
      WITH today AS (
        SELECT (clock_timestamp() AT TIME ZONE :zone)::date AS day
      ), was AS MATERIALIZED (
        SELECT t.day, CASE WHEN p.quota_day = t.day THEN p.quota_used ELSE 0 END AS used
        FROM duly.permit p CROSS JOIN today t WHERE p.name = 'api' FOR UPDATE OF p
      )
      UPDATE duly.permit p SET quota_day = was.day, quota_used = was.used + greatest(0, least(:wanted, :quota - was.used))
      FROM was WHERE p.name = 'api'
      RETURNING greatest(0, least(:wanted, :quota - was.used))::int
      """;
  private static final String GIVE_BACK =
      """
      UPDATE duly.permit SET quota_used = greatest(0, quota_used - :count)
      WHERE name = 'api' AND quota_day = (clock_timestamp() AT TIME ZONE :zone)::date
      """;

  private final Jdbi jdbi;

  public Permits(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Takes permits for calls that last {@code span} at the rate's pace. Empty where calls are paused
   * or the budget is taken for the next {@code horizon}.
   */
  public Optional<Lease> lease(Duration span, Duration horizon) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(LEASE)
                .bind("span", seconds(span))
                .bind("horizon", seconds(horizon))
                .map(
                    (row, context) ->
                        new Lease(row.getLong("start_micros"), row.getLong("clock_micros")))
                .findOne());
  }

  /**
   * Lets no worker start a call for as long as {@code asked}, at most an hour: the API asked for
   * it.
   */
  public void hold(Duration asked) {
    Duration wait = asked.compareTo(LONGEST_HOLD) > 0 ? LONGEST_HOLD : asked;
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

  /**
   * Draws up to {@code wanted} calls of the {@code quota} of today in {@code zone}; returns how
   * many there are.
   */
  public int draw(int wanted, int quota, ZoneId zone) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(DRAW)
                .bind("wanted", wanted)
                .bind("quota", quota)
                .bind("zone", zone.getId())
                .mapTo(Integer.class)
                .one());
  }

  /** Gives back calls that were drawn today and not made. */
  public void giveBack(int count, ZoneId zone) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(GIVE_BACK)
                .bind("count", count)
                .bind("zone", zone.getId())
                .execute());
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
