package io.duly.orders;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * What is to be told of runs to the outside. A notification is written in the transaction of what
 * it tells of, and is sent until the receiver has taken it: at least once, always under the same
 * id. Thread-safe.
 */
public final class Notifications {
  private static final String BODY =
      """
      json_build_object('event', '{event}', 'run', t.id, 'schedule', t.schedule, 'fireTime', {time:fire_time},
        'state', t.state, 'reason', {reason}, 'openedAt', {time:opened_at}, 'publishedAt', {time:published_at},
        'closedAt', {time:closed_at}, 'deadline', {time:deadline}, 'eta', {time:eta}, 'selected', t.selected,
        'completed', coalesce(t.completed, c.completed), 'failed', coalesce(t.failed, c.failed),
        'inDoubt', coalesce(t.in_doubt, c.in_doubt), 'cancelled', t.cancelled, 'skipped', t.skipped,
        'unclaimed', t.unclaimed, 'repeated', t.repeated)::text
      """;
  private static final String TELLING =
      """
      WITH told AS (
      {change} RETURNING *
      ), queued AS (
        INSERT INTO duly.notification (run_id, event, body)
        SELECT t.id, '{event}', {body}
        FROM told t CROSS JOIN LATERAL (
          SELECT coalesce(sum(c.completed), 0) AS completed, coalesce(sum(c.failed), 0) AS failed,
            coalesce(sum(c.in_doubt - c.settled), 0) AS in_doubt
          FROM duly.run_counter c WHERE c.run_id = t.id) c
      )
      SELECT count(*)::int FROM told
      """;

  /** Others leave it alone for a while: it is this sender's. */
  private static final String TAKE =
      """
      UPDATE duly.notification SET tries = tries + 1, next_at = clock_timestamp() + make_interval(secs => :lease)
      WHERE id = (
        SELECT id FROM duly.notification WHERE ended IS NULL AND next_at <= clock_timestamp()
        ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id, event, body, tries
      """;

  private static final String DELIVERED =
      "UPDATE duly.notification SET ended = 'delivered', delivered_at = clock_timestamp(), last_error = NULL WHERE id = :id";
  private static final String FAILED =
      """
      UPDATE duly.notification SET last_error = :error, next_at = clock_timestamp() + make_interval(secs => :wait),
        ended = CASE WHEN created_at < clock_timestamp() - make_interval(secs => :giveUp) THEN 'given up' END
      WHERE id = :id
      """;
  private static final String DROP =
      "UPDATE duly.notification SET ended = 'nobody to tell' WHERE ended IS NULL";

  private static final String PURGE =
      """
      DELETE FROM duly.notification WHERE id IN (
        SELECT id FROM duly.notification
        WHERE ended IS NOT NULL AND created_at < clock_timestamp() - make_interval(secs => :retention) LIMIT :limit)
      """;

  /**
   * One to send.
   *
   * @param body JSON
   * @param tries how often it has been taken, this time included
   */
  public record Notification(UUID id, String event, String body, int tries) {}

  private final Jdbi jdbi;

  public Notifications(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * A statement that does {@code change}, an INSERT or UPDATE of runs, and notifies of {@code
   * event} for each row; it returns their number. {@code reason} is an SQL expression on the
   * changed row t.
   */
  static String telling(String event, String reason, String change) {
    String body =
        BODY.replace("{reason}", reason)
            .replaceAll(
                "\\{time:(\\w+)}",
                "to_char(t.$1 AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')");
    return TELLING.replace("{change}", change).replace("{body}", body).replace("{event}", event);
  }

  /** Takes one that is due for {@code lease}, in which it is to be sent. */
  public Optional<Notification> take(Duration lease) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(TAKE)
                .bind("lease", seconds(lease))
                .map(
                    (row, context) ->
                        new Notification(
                            row.getObject("id", UUID.class),
                            row.getString("event"),
                            row.getString("body"),
                            row.getInt("tries")))
                .findOne());
  }

  /** The receiver has it. */
  public void delivered(UUID id) {
    jdbi.useHandle(handle -> handle.createUpdate(DELIVERED).bind("id", id).execute());
  }

  /** It is tried again after {@code wait}, unless it is older than {@code giveUp}. */
  public void failed(UUID id, String error, Duration wait, Duration giveUp) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(FAILED)
                .bind("id", id)
                .bind("error", error)
                .bind("wait", seconds(wait))
                .bind("giveUp", seconds(giveUp))
                .execute());
  }

  /** Sends none of those that wait: there is no receiver. */
  public int drop() {
    return jdbi.withHandle(handle -> handle.createUpdate(DROP).execute());
  }

  /**
   * Removes up to {@code limit} that are older than {@code retention} and are not sent any more;
   * returns how many.
   */
  public int purge(Duration retention, int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createUpdate(PURGE)
                .bind("retention", seconds(retention))
                .bind("limit", limit)
                .execute());
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }

  /** The latest {@code limit} events, newest first; for tests and people. */
  public List<String> latest(int limit) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT event FROM duly.notification ORDER BY created_at DESC LIMIT :limit")
                .bind("limit", limit)
                .mapTo(String.class)
                .list());
  }
}
