package io.duly.orders;

import io.duly.runtime.UserError;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Sends orders again because a person decides so. All that one decision takes is one transaction: a
 * run of its own, a decision for each order, the status PENDING, and a place in the queue of
 * retries, from which the reconciler publishes them. An order is taken only while its last attempt
 * and its status still are what was asked for and nobody else has locked its row. Thread-safe.
 */
public final class Resends {
  /** The schedule of a run that a decision has made; no schedule can have this name. */
  public static final String SCHEDULE = "by decision";

  /** As many changes as the reconciler keeps of one transaction, and a margin. */
  public static final int MOST = 100_000;

  private static final int STEP = 1_000;

  /**
   * That the API executed the order of attempt a: a late answer that came after the doubt was
   * settled, or that of an earlier attempt.
   */
  private static final String EXECUTED =
      """
      (EXISTS (SELECT FROM duly.evidence e WHERE e.order_id = a.order_id AND e.kind IN ('contradiction', 'late answer')
          AND (e.detail = 'COMPLETED' OR e.detail LIKE 'COMPLETED %'))
        OR EXISTS (SELECT FROM duly.attempt b WHERE b.order_id = a.order_id AND b.outcome = 'COMPLETED'))
      """;

  /** An attempt that was settled or decided upon since is not the order's last word. */
  private static final String MEANT =
      """
      SELECT a.order_id, a.attempt, a.generation
      FROM duly.attempt a
      WHERE a.outcome = :outcome
        AND (:all OR a.order_id = ANY (:ids::{id_type}[]))
        AND (:run::bigint IS NULL OR a.run_id = :run)
        AND (:reason::text IS NULL OR strpos(lower(a.reason), lower(:reason::text)) > 0)
        AND NOT EXISTS (SELECT FROM duly.attempt b WHERE b.order_id = a.order_id AND b.attempt > a.attempt)
        AND EXISTS (SELECT FROM {orders} o WHERE o.{id} = a.order_id AND o.{status} = CASE :outcome WHEN 'FAILED' THEN {FAILED} ELSE {IN_DOUBT} END)
      """;

  private static final String CHOSEN = MEANT + " AND (NOT :all OR NOT " + EXECUTED + ")";
  private static final String COUNT_EXECUTED =
      "SELECT count(*) FROM (" + MEANT + " AND " + EXECUTED + ") c";
  private static final String COUNT = "SELECT count(*) FROM (" + CHOSEN + ") c";
  private static final String FIRST =
      "SELECT c.order_id::text FROM (" + CHOSEN + ") c ORDER BY c.order_id LIMIT :limit";

  /** Where it is resumed, an ingest publishes what its filter takes: nothing. */
  private static final String OPEN =
      """
      INSERT INTO duly.run (schedule, fire_time, cutoff, state, owner, owner_seen_at, published_at, start_offsets, end_offsets, filter)
      VALUES (:schedule, clock_timestamp(), clock_timestamp(), 'PUBLISHED', :who, clock_timestamp(), clock_timestamp(), '{}', '{}', 'false')
      RETURNING id
      """;

  /**
   * Attempts are locked before orders, as everywhere. A late answer comes before the lock, and the
   * order is not chosen any more, or waits, and becomes evidence.
   */
  private static final String DECIDE =
      """
      WITH chosen AS MATERIALIZED (
        {chosen} AND (:after::text IS NULL OR a.order_id > :after::{id_type})
        ORDER BY a.order_id LIMIT :limit FOR UPDATE OF a
      ), locked AS MATERIALIZED (
        SELECT o.{id} AS id, c.generation
        FROM chosen c JOIN {orders} o ON o.{id} = c.order_id
        WHERE o.{status} = CASE :outcome WHEN 'FAILED' THEN {FAILED} ELSE {IN_DOUBT} END
        ORDER BY o.{id} FOR UPDATE OF o SKIP LOCKED
      ), decided AS (
        INSERT INTO duly.decision (order_id, generation, decided, who, reason, run_id)
        SELECT l.id, CASE WHEN :newKey THEN 1 + greatest(l.generation,
              (SELECT max(d.generation) FROM duly.decision d WHERE d.order_id = l.id),
              (SELECT max(a.generation) FROM duly.attempt a WHERE a.order_id = l.id),
              (SELECT p.generation FROM duly.purged p WHERE p.order_id = l.id))
            ELSE l.generation END,
          'RETRY', :who, :why, :newRun
        FROM locked l
      ), moved AS (
        UPDATE {orders} o SET {status} = {PENDING} FROM locked l WHERE o.{id} = l.id
      ), queued AS (
        INSERT INTO duly.retry AS r (order_id, run_id, not_before)
        SELECT id, :newRun, clock_timestamp() FROM locked
        ON CONFLICT (order_id) DO UPDATE SET run_id = excluded.run_id, not_before = excluded.not_before, queued_at = NULL
      ), said AS (
        SELECT pg_logical_emit_message(true, :prefix, json_build_object('kind', 'DECISION', 'entries',
          json_agg(json_build_array(id::text, 0, 0, null, true, :newRun::bigint)))::text)
        FROM locked HAVING count(*) > 0
      )
      SELECT (SELECT count(*) FROM locked) AS orders, (SELECT order_id::text FROM chosen ORDER BY order_id DESC LIMIT 1) AS last_id,
        (SELECT count(*) FROM said) AS said
      """
          .replace("{chosen}", CHOSEN);

  private static final String SELECTED =
      "UPDATE duly.run SET selected = :selected WHERE id = :newRun";

  /**
   * Which orders are meant. Those that the API executed as far as evidence or an earlier attempt
   * says are meant only where they are named by id.
   *
   * @param outcome of their last attempt, which their status says as well
   * @param of what that attempt is to be besides
   */
  public record Selection(Outcome outcome, DoubtQueue.Selection of) {
    public Selection {
      if (outcome != Outcome.FAILED && outcome != Outcome.IN_DOUBT) {
        throw new IllegalArgumentException("outcome must be FAILED or IN_DOUBT, is " + outcome);
      }
    }
  }

  /**
   * A person's decision.
   *
   * @param newKey whether the orders get a new idempotency key, so that the API takes them for new
   * @param most how many orders at the most, up to {@link #MOST}
   */
  public record Decision(String who, String reason, boolean newKey, int most) {
    public Decision {
      if (who.isBlank() || reason.isBlank()) {
        throw new IllegalArgumentException("who and reason must not be blank");
      }
      if (most < 1 || most > MOST) {
        throw new IllegalArgumentException("most must be from 1 to " + MOST + ", is " + most);
      }
    }
  }

  /** The run that sends so many orders again. */
  public record Done(long run, long orders) {}

  private record Page(long orders, @Nullable String lastId) {}

  private final Jdbi jdbi;
  private final OrdersTable table;
  private final String prefix;

  /** Decides on orders of {@code table}; {@code prefix} is that of the logical messages. */
  public Resends(Jdbi jdbi, OrdersTable table, String prefix) {
    this.jdbi = jdbi;
    this.table = table;
    this.prefix = prefix;
  }

  /** How many orders are meant now. */
  public long count(Selection selection) {
    return jdbi.withHandle(handle -> bound(handle, COUNT, selection).mapTo(Long.class).one());
  }

  /**
   * How many of them the API executed as far as evidence or an earlier attempt says; left out
   * unless they are named by id.
   */
  public long countExecuted(Selection selection) {
    return jdbi.withHandle(
        handle -> bound(handle, COUNT_EXECUTED, selection).mapTo(Long.class).one());
  }

  /** The first ids of those that are meant now, at most {@code limit}. */
  public List<String> first(Selection selection, int limit) {
    return jdbi.withHandle(
        handle -> bound(handle, FIRST, selection).bind("limit", limit).mapTo(String.class).list());
  }

  /**
   * Sends the orders again that are meant now.
   *
   * @throws UserError where they are more than the decision allows, or none; nothing is changed
   *     then
   */
  public Done send(Selection selection, Decision decision) {
    return jdbi.inTransaction(handle -> send(handle, selection, decision));
  }

  private Done send(Handle handle, Selection selection, Decision decision) {
    long run =
        handle
            .createQuery(OPEN)
            .bind("schedule", SCHEDULE)
            .bind("who", decision.who())
            .mapTo(Long.class)
            .one();
    long orders = 0;
    String last = null;
    do {
      Page page = decide(handle, selection, decision, run, last);
      orders += page.orders();
      last = page.lastId();
      if (orders > decision.most()) {
        throw new UserError(
            "more than "
                + decision.most()
                + " orders are meant: nothing was changed; name fewer, or allow more");
      }
    } while (last != null);
    if (orders == 0) {
      throw new UserError(
          "none of them can be sent again any more, or others have locked them: nothing was changed");
    }
    handle.createUpdate(SELECTED).bind("selected", orders).bind("newRun", run).execute();
    return new Done(run, orders);
  }

  private Page decide(
      Handle handle, Selection selection, Decision decision, long run, @Nullable String after) {
    return bound(handle, DECIDE, selection)
        .bind("after", after)
        .bind("limit", STEP)
        .bind("newKey", decision.newKey())
        .bind("who", decision.who())
        .bind("why", decision.reason())
        .bind("newRun", run)
        .bind("prefix", prefix)
        .map((row, context) -> new Page(row.getLong("orders"), row.getString("last_id")))
        .one();
  }

  private org.jdbi.v3.core.statement.Query bound(Handle handle, String sql, Selection selection) {
    DoubtQueue.Selection of = selection.of();
    return handle
        .createQuery(table.sql(sql))
        .bind("outcome", selection.outcome().name())
        .bindArray("ids", String.class, of.ids().stream().filter(table.idType()::isValid).toList())
        .bind("all", of.ids().isEmpty())
        .bind("run", of.run())
        .bind("reason", of.reason());
  }
}
