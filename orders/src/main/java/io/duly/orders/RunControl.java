package io.duly.orders;

import java.util.HashSet;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Update;

/**
 * What a person, or a bound on failures, does to one run. It takes effect with the next claim, as
 * the claim looks at the run; what workers hold of it they give back. Thread-safe.
 */
public final class RunControl {
  /** What came of it. */
  public enum Reply {
    DONE,
    /** The run is not in a state for it. */
    REFUSED,
    UNKNOWN_RUN
  }

  private static final String PAUSE =
      """
      UPDATE duly.run SET paused = :reason, paused_at = clock_timestamp()
      WHERE id = :id AND state IN ('OPEN', 'PUBLISHING', 'PUBLISHED')
      """;

  private static final String STOP =
      Notifications.telling(
          "run-paused",
          "t.paused",
          """
          UPDATE duly.run SET paused = :reason, paused_at = clock_timestamp(), canary_stopped_at = clock_timestamp()
          WHERE id = :id AND state IN ('OPEN', 'PUBLISHING', 'PUBLISHED') AND paused IS NULL
          """);

  /** All that is published of the run are the first orders, and their outcomes are awaited. */
  private static final String AWAITS_CANARY =
      "canary_at IS NOT NULL AND canary_passed_at IS NULL AND canary_stopped_at IS NULL";

  /**
   * While it was paused its records passed unclaimed: what is PENDING is published anew, from the
   * first id on, with no row an order. Records that are left of before claim at most the same. Of a
   * run that awaits its canary the first orders stay as they are: those whose records have passed
   * are queued as lost ones. One of which nothing is published may be tried out after all.
   */
  private static final String RESUME =
      """
      UPDATE duly.run r SET paused = NULL, paused_at = NULL, trouble = NULL, trouble_at = NULL, owner = '',
        last_id = CASE WHEN {awaits} THEN last_id END,
        resumed = resumed OR NOT ({awaits}),
        state = CASE r.state WHEN 'OPEN' THEN 'OPEN' ELSE 'PUBLISHING' END,
        selected = CASE WHEN {awaits} THEN selected ELSE (
          SELECT coalesce(sum(c.completed + c.failed + c.in_doubt - c.settled), 0)
          FROM duly.run_counter c WHERE c.run_id = r.id) END,
        canary_ids = CASE WHEN selected > 0 THEN canary_ids ELSE nullif(canary_ids, '{}') END,
        canary_passed_at = coalesce(canary_passed_at,
          CASE WHEN canary_stopped_at IS NOT NULL THEN clock_timestamp() END)
      WHERE id = :id AND paused IS NOT NULL AND state IN ('OPEN', 'PUBLISHING', 'PUBLISHED')
      """
          .replace("{awaits}", AWAITS_CANARY);

  /** The ingest that publishes it stays its owner until it lets go. */
  private static final String CANCEL =
      """
      UPDATE duly.run SET state = 'CANCELLED', paused = NULL, paused_at = NULL, trouble = NULL, trouble_at = NULL, cancelled_at = clock_timestamp(),
        cancelled_by = :who, cancelled_why = :reason, owner = CASE state WHEN 'PUBLISHING' THEN owner ELSE '' END
      WHERE id = :id AND state IN ('OPEN', 'PUBLISHING', 'PUBLISHED')
      """;

  private static final String EXISTS = "SELECT EXISTS (SELECT FROM duly.run WHERE id = :id)";
  private static final String GOING_ON =
      "SELECT id FROM duly.run WHERE state IN ('PUBLISHING', 'PUBLISHED') AND paused IS NULL";

  private final Jdbi jdbi;

  public RunControl(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Pauses a run that is not over, or gives its pause another reason. */
  public Reply pause(long id, String reason) {
    return jdbi.inTransaction(
        handle -> reply(handle, id, handle.createUpdate(PAUSE).bind("reason", reason)));
  }

  /**
   * Pauses a run that is not over because of its canary, and has it told; false where it is paused
   * already. A resume then lets the others follow.
   */
  public boolean stop(long id, String reason) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createQuery(STOP)
                    .bind("id", id)
                    .bind("reason", reason)
                    .mapTo(Integer.class)
                    .one()
                == 1);
  }

  /**
   * Lets a paused run go on: what is PENDING of it is published anew. One that its canary has not
   * stopped goes on to wait for it.
   */
  public Reply resume(long id) {
    return jdbi.inTransaction(handle -> reply(handle, id, handle.createUpdate(RESUME)));
  }

  /**
   * Cancels a run that is not over. Calls under way end as usual; the reconciler then writes its
   * verdict.
   */
  public Reply cancel(long id, String reason, String who) {
    return jdbi.inTransaction(
        handle ->
            reply(handle, id, handle.createUpdate(CANCEL).bind("reason", reason).bind("who", who)));
  }

  private static Reply reply(Handle handle, long id, Update update) {
    if (update.bind("id", id).execute() == 1) {
      return Reply.DONE;
    }
    boolean exists = handle.createQuery(EXISTS).bind("id", id).mapTo(Boolean.class).one();
    return exists ? Reply.REFUSED : Reply.UNKNOWN_RUN;
  }

  /** The runs whose orders may be claimed and called. */
  public Set<Long> goingOn() {
    return jdbi.withHandle(
        handle -> new HashSet<>(handle.createQuery(GOING_ON).mapTo(Long.class).list()));
  }
}
