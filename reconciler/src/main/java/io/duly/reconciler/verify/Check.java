package io.duly.reconciler.verify;

import java.util.Locale;

/**
 * What is checked of a run, each by one statement that gives the orders that fail it. Statements
 * see {@code verify_order}, the orders of the run, {@code verify_told}, its events, and with a
 * ledger {@code verify_effect} and {@code verify_ledger}.
 */
public enum Check {
  ACCOUNTED(
      "each order of the run has a result of it, is listed with the reason why it has none, or is one of those that a cancelled run counts as unclaimed",
      """
      SELECT v.order_id::text AS id,
        CASE WHEN o.{id} IS NULL THEN 'no result, not listed, and its row is gone'
          ELSE format('no result, not listed, and its status is %s', o.{status}) END AS detail
      FROM verify_order v LEFT JOIN {orders} o ON o.{id} = v.order_id
      WHERE NOT EXISTS (SELECT FROM duly.attempt a WHERE a.order_id = v.order_id AND a.run_id = :run
          AND a.outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT'))
        AND NOT EXISTS (SELECT FROM duly.skipped s WHERE s.order_id = v.order_id AND s.run_id = :run)
        AND NOT EXISTS (SELECT FROM duly.run r WHERE r.id = :run AND r.unclaimed IS NOT NULL)  -- counted: see verdict
      """),
  FINISHED(
      "no attempt of the run is open",
      """
      SELECT order_id::text AS id, format('attempt %s by %s is open since %s', attempt, worker_id, claimed_at) AS detail
      FROM duly.attempt WHERE run_id = :run AND finished_at IS NULL
      """),
  STATUS(
      "the status of each order is what its last attempt or a later decision says, unless evidence says that others changed it or the table refused it",
      """
      SELECT v.order_id::text AS id, format('status is %s, the last attempt says %s', o.{status}, a.expected) AS detail
      FROM verify_order v JOIN {orders} o ON o.{id} = v.order_id
      CROSS JOIN LATERAL (
        SELECT a.attempt, CASE WHEN a.finished_at IS NULL THEN {PROCESSING}
            WHEN {sent_again} THEN {PENDING}
            WHEN a.outcome = 'COMPLETED' THEN {COMPLETED}
            WHEN a.outcome = 'FAILED' THEN {FAILED} WHEN a.outcome = 'IN_DOUBT' THEN {IN_DOUBT} ELSE {PENDING} END AS expected
        FROM duly.attempt a WHERE a.order_id = v.order_id ORDER BY a.attempt DESC LIMIT 1) a
      WHERE o.{status} <> a.expected AND NOT EXISTS (
        SELECT FROM duly.evidence e
        WHERE e.order_id = v.order_id AND e.attempt = a.attempt AND e.kind IN ('status changed by others', 'status refused'))
      """),
  TOLD(
      "each result has its event in the result topic",
      """
      SELECT a.order_id::text AS id, format('attempt %s is %s and has no event', a.attempt, a.outcome) AS detail
      FROM duly.attempt a
      WHERE a.run_id = :run AND a.outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT') AND NOT EXISTS (
        SELECT FROM verify_told t WHERE t.order_id = a.order_id AND t.token = a.token AND t.transition = a.transition)
      """),
  TOLD_RIGHT(
      "the event of each result says what the attempt says",
      """
      SELECT a.order_id::text AS id, format('attempt %s is %s, its event says %s %s', a.attempt, a.outcome, t.outcome, t.reference) AS detail
      FROM duly.attempt a JOIN verify_told t ON t.order_id = a.order_id AND t.token = a.token AND t.transition = a.transition
      WHERE a.run_id = :run AND a.outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT')  -- what was taken back has no event
        AND (t.outcome <> a.outcome OR t.attempt <> a.attempt OR t.reference IS DISTINCT FROM a.reference)
      """),
  TOLD_ONCE(
      "no result was told twice",
      """
      SELECT order_id::text AS id, format('attempt %s was told %s times', attempt, count(*)) AS detail
      FROM verify_told GROUP BY order_id, attempt, token, transition HAVING count(*) > 1
      """),
  TOLD_TRUE(
      "each event belongs to an attempt of the run",
      """
      SELECT DISTINCT t.order_id::text AS id, format('event of attempt %s with token %s, which is not in the table', t.attempt, t.token) AS detail
      FROM verify_told t
      WHERE NOT EXISTS (
        SELECT FROM duly.attempt a
        WHERE a.order_id = t.order_id AND a.token = t.token AND a.run_id = :run AND a.transition >= t.transition)
      """),
  CONFIRMED(
      "the write-ahead log and the result topic have both shown each result to the reconciler",
      """
      SELECT order_id::text AS id, format('attempt %s is %s and was shown by %s', attempt, outcome,
        CASE witness WHEN 1 THEN 'the log alone' WHEN 2 THEN 'the topic alone' ELSE 'neither log nor topic' END) AS detail
      FROM duly.attempt WHERE run_id = :run AND outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT') AND witness <> 3
      """),
  SENT_ONCE(
      "under the contracts lookup and neither no order was or may have been sent twice without a decision",
      """
      SELECT a.order_id::text AS id, format('%s attempts were or may have been sent', count(*)) AS detail
      FROM duly.attempt a JOIN verify_order v ON v.order_id = a.order_id
      WHERE :contract <> 'IDEMPOTENT' AND coalesce(a.outcome, '') NOT IN ('NOT_EXECUTED', 'TURNED_AWAY', 'RELEASED')
        AND (a.calls > 0 OR a.finished_at IS NULL OR a.reason LIKE 'worker lost%' OR a.reason = 'the database forgot this claim')
      GROUP BY a.order_id, a.generation HAVING count(*) > 1
      """),
  COUNTED(
      "the counters of the run are the counts of its attempts",
      """
      SELECT format('run %s', :run) AS id, format('counters %s, attempts %s', c, s) AS detail
      FROM (SELECT format('%s completed, %s failed, %s in doubt', coalesce(sum(completed), 0), coalesce(sum(failed), 0),
          coalesce(sum(in_doubt - settled), 0)) AS c FROM duly.run_counter WHERE run_id = :run) counters,
        (SELECT format('%s completed, %s failed, %s in doubt', count(*) FILTER (WHERE outcome = 'COMPLETED'),
          count(*) FILTER (WHERE outcome = 'FAILED'), count(*) FILTER (WHERE outcome = 'IN_DOUBT')) AS s
          FROM duly.attempt WHERE run_id = :run) seen
      WHERE c <> s
      """),
  CLOSED(
      "the run is closed, or cancelled with a verdict",
      "SELECT format('run %s', id) AS id, format('it is %s', state) AS detail FROM duly.run WHERE id = :run AND state <> 'CLOSED' AND unclaimed IS NULL"),
  VERDICT(
      "the verdict of the run adds up: results less repetitions, cancelled, skipped and unclaimed orders are what was selected, and its results are those of now and the doubts proved not executed since",
      """
      SELECT format('run %s', r.id) AS id, format('selected %s, published %s; results %s, now %s and %s not executed; repeated %s, cancelled %s, skipped %s, listed %s, unclaimed %s',
        r.selected, p.orders, r.completed + r.failed + r.in_doubt, n.results, l.amended, r.repeated, r.cancelled, r.skipped, l.listed, coalesce(r.unclaimed, 0)) AS detail
      FROM duly.run r, (SELECT count(*) AS orders FROM verify_order) p,
        (SELECT count(*) AS results FROM duly.attempt WHERE run_id = :run AND outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT')) n,
        (SELECT count(*) FILTER (WHERE reason <> 'NOT_EXECUTED') AS listed, count(*) FILTER (WHERE reason = 'NOT_EXECUTED') AS amended
          FROM duly.skipped WHERE run_id = :run) l
      WHERE r.id = :run AND (r.state = 'CLOSED' OR r.unclaimed IS NOT NULL) AND (
        r.selected <> r.completed + r.failed + r.in_doubt - r.repeated + r.cancelled + r.skipped + coalesce(r.unclaimed, 0)
        OR r.completed + r.failed + r.in_doubt <> n.results + l.amended OR r.cancelled + r.skipped <> l.listed OR r.selected <> p.orders)
      """),
  EXECUTED(
      "the ledger has an effect of each COMPLETED order",
      """
      SELECT v.order_id::text AS id, 'COMPLETED, and the ledger has no effect' AS detail
      FROM verify_result v LEFT JOIN verify_effect e ON e.order_id = v.order_id
      WHERE v.outcome = 'COMPLETED' AND e.order_id IS NULL
      """),
  NOT_EXECUTED(
      "the ledger has no effect of a FAILED order",
      """
      SELECT v.order_id::text AS id, format('FAILED, and the ledger has an effect in line %s', e.line) AS detail
      FROM verify_result v JOIN verify_effect e ON e.order_id = v.order_id WHERE v.outcome = 'FAILED'
      """),
  EXECUTED_ONCE(
      "the ledger has no second effect of an order",
      """
      SELECT order_id::text AS id, format('%s effects, the first in line %s', effects, line) AS detail
      FROM verify_effect WHERE effects > 1
      """),
  EXECUTED_FOR_US(
      "the ledger has no effect of an order that was not sent, or under another key",
      """
      SELECT e.order_id::text AS id, format('not sent, and the ledger has an effect in line %s', e.line) AS detail
      FROM verify_effect e WHERE NOT EXISTS (
        SELECT FROM duly.attempt a WHERE a.order_id = e.order_id AND coalesce(a.outcome, '') NOT IN ('NOT_EXECUTED', 'TURNED_AWAY', 'RELEASED'))
      UNION ALL
      SELECT l.order_id, format('the effect in line %s is under a key that is not the order''s: %s', l.line, l.key)
      FROM verify_ledger l JOIN verify_order v ON v.order_id::text = l.order_id
      WHERE l.is_effect AND l.key IS NOT NULL
        AND NOT EXISTS (SELECT FROM verify_key k WHERE k.order_id = v.order_id AND k.key = l.key)
      """);

  private final String says;
  private final String sql;

  Check(String says, String sql) {
    this.says = says;
    this.sql = sql;
  }

  /** What holds where no order fails the check. */
  public String says() {
    return says;
  }

  /** Whether it needs the API's own report. */
  public boolean needsLedger() {
    return this == EXECUTED
        || this == NOT_EXECUTED
        || this == EXECUTED_ONCE
        || this == EXECUTED_FOR_US;
  }

  String sql() {
    return sql;
  }

  /** Its name as it is printed, such as {@code told-once}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The checks as a table in Markdown. */
  public static String page() {
    StringBuilder page = new StringBuilder("| check | what holds |\n| --- | --- |\n");
    for (Check each : values()) {
      page.append("| `").append(each).append("` | ").append(each.says).append(" |\n");
    }
    return page.toString();
  }
}
