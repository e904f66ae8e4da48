package io.duly.orders;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * Shares the rate budget of {@link Permits} out among the lanes that want it at the time, to each
 * as much, however many workers ask for it: start-time fair queuing (Goyal, Vin, Cheng 1996), a
 * portion as the quantum. A lane that is ahead of another that waits gets no permits until that one
 * has caught up; a lane that waits for nothing is left out, so that nobody is held back for it; one
 * that comes back begins level with the others and has saved nothing up. The cap itself is held by
 * the row of the permits alone: what happens at the same time can shift shares by a portion, and
 * never exceeds the rate. Thread-safe.
 */
public final class LanePermits {
  /**
   * What a worker asks for.
   *
   * @param left how many more of its orders of the lane will wait
   * @param span how long the calls last at the rate's pace
   * @param portion the longest span that is asked for
   */
  public record Ask(String lane, int left, Duration span, Duration portion) {}

  /** Who has not asked for this long waits for nothing. Workers ask every few milliseconds. */
  private static final Duration RECENT = Duration.ofMillis(200);

  /** Not so where the clock was ahead when the lane asked, and is put right. */
  private static final String IS_RECENT =
      "asked_at > clock_timestamp() - make_interval(secs => :recent) AND asked_at <= clock_timestamp() + make_interval(secs => :recent)";

  private static final String ADD =
      "INSERT INTO duly.lane (name) VALUES (:name) ON CONFLICT DO NOTHING";

  private static final String LEASE =
      """
      WITH others AS (
        SELECT min(granted) AS granted FROM duly.lane
        WHERE name <> :lane AND {recent}
      ), mine AS (
        SELECT l.granted, l.asked_at, o.granted AS others, least(o.granted + 3 * :portion, CASE
          WHEN {recent} THEN l.granted
          ELSE greatest(l.granted, o.granted) END) AS level
        FROM others o LEFT JOIN duly.lane l ON l.name = :lane
      ), taken AS (
        UPDATE duly.permit p SET next_at = {next} + make_interval(secs => :span), leased_at = clock_timestamp()
        FROM mine m
        WHERE p.name = 'api' AND (p.paused IS NULL OR p.probe_at IS NOT NULL) AND {near}
          AND (m.others IS NULL OR m.level IS NULL OR m.level <= m.others + 2 * :portion)
        RETURNING (extract(epoch FROM p.next_at - make_interval(secs => :span)) * 1000000)::bigint AS start_micros,
          (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock_micros
      ), charged AS (
        UPDATE duly.lane l SET
          granted = CASE WHEN m.level < m.granted THEN m.level ELSE greatest(l.granted, m.level) END
            + CASE WHEN EXISTS (SELECT FROM taken) THEN :span ELSE 0 END,
          asked_at = CASE WHEN :left = 0 AND EXISTS (SELECT FROM taken) THEN '-infinity' ELSE clock_timestamp() END
        FROM mine m
        WHERE l.name = :lane
          AND (EXISTS (SELECT FROM taken)
            OR m.asked_at NOT BETWEEN clock_timestamp() - make_interval(secs => :recent / 4) AND clock_timestamp())
      )
      SELECT start_micros, clock_micros FROM taken
      """
          .replace("{recent}", IS_RECENT)
          .replace("{next}", Permits.NEXT)
          .replace("{near}", Permits.IS_NEAR);

  private final Jdbi jdbi;

  /** The permits of {@code lanes}, whose rows are added where they are missing. */
  public LanePermits(Jdbi jdbi, List<String> lanes) {
    this.jdbi = jdbi;
    jdbi.useHandle(
        handle -> lanes.forEach(lane -> handle.createUpdate(ADD).bind("name", lane).execute()));
  }

  /**
   * Takes permits for {@code ask}. Empty where calls are paused, the budget is taken for the next
   * {@code horizon}, or it is another lane's turn.
   */
  public Optional<Permits.Lease> lease(Ask ask, Duration horizon) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(LEASE)
                .bind("lane", ask.lane())
                .bind("left", ask.left())
                .bind("span", seconds(ask.span()))
                .bind("portion", seconds(ask.portion()))
                .bind("recent", seconds(RECENT))
                .bind("horizon", seconds(horizon))
                .map(
                    (row, context) ->
                        new Permits.Lease(row.getLong("start_micros"), row.getLong("clock_micros")))
                .findOne());
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
