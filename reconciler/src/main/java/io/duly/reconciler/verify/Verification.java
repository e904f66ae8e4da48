package io.duly.reconciler.verify;

import io.duly.orders.Contract;
import io.duly.orders.OrdersTable;
import io.duly.orders.Run;
import io.duly.orders.Topics;
import io.duly.reconciler.verify.Finding.Example;
import io.duly.runtime.KafkaClients;
import io.duly.runtime.Patience;
import io.duly.runtime.Settings;
import io.duly.runtime.UserError;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes what became of a run. The topics and the ledger are copied into temporary tables, and
 * each {@link Check} is one statement, so that memory does not grow with the run. It changes
 * nothing. Thread-safe.
 */
public final class Verification {
  private static final String TABLES =
      """
      DROP TABLE IF EXISTS pg_temp.verify_due, pg_temp.verify_told, pg_temp.verify_ledger, pg_temp.verify_key,
        pg_temp.verify_order, pg_temp.verify_result, pg_temp.verify_effect;
      CREATE TEMPORARY TABLE verify_due (order_id {id_type} NOT NULL);
      CREATE TEMPORARY TABLE verify_told (order_id {id_type} NOT NULL, attempt integer NOT NULL, transition integer NOT NULL,
        token uuid, outcome text NOT NULL, reference text);
      CREATE TEMPORARY TABLE verify_ledger (key text, order_id text, is_effect boolean NOT NULL, line bigint NOT NULL);
      CREATE TEMPORARY TABLE verify_key (order_id {id_type} NOT NULL, key text NOT NULL)
      """;
  private static final String ORDERS =
      """
      CREATE TEMPORARY TABLE verify_order AS
        SELECT order_id FROM verify_due UNION SELECT order_id FROM duly.attempt WHERE run_id = %d
        UNION SELECT order_id FROM duly.decision WHERE run_id = %1$d;
      CREATE UNIQUE INDEX ON verify_order (order_id);
      CREATE TEMPORARY TABLE verify_result AS
        SELECT DISTINCT ON (order_id) order_id, outcome FROM duly.attempt
        WHERE run_id = %1$d AND outcome IN ('COMPLETED', 'FAILED', 'IN_DOUBT') ORDER BY order_id, attempt DESC;
      ANALYZE verify_order, verify_result, verify_told
      """;
  private static final String TOTALS =
      """
      SELECT (SELECT count(*) FROM verify_order) AS orders, count(*) FILTER (WHERE outcome = 'COMPLETED') AS completed,
        count(*) FILTER (WHERE outcome = 'FAILED') AS failed, count(*) FILTER (WHERE outcome = 'IN_DOUBT') AS in_doubt,
        (SELECT count(*) FROM duly.skipped WHERE run_id = :run)
          + (SELECT coalesce(unclaimed, 0) FROM duly.run WHERE id = :run) AS without
      FROM verify_result
      """;
  private static final String CALLS =
      """
      SELECT calls AS times, count(*) AS orders FROM (
        SELECT v.order_id, coalesce(sum(a.calls), 0) AS calls
        FROM verify_order v LEFT JOIN duly.attempt a ON a.order_id = v.order_id AND a.run_id = :run
        GROUP BY v.order_id) each
      GROUP BY calls
      """;
  private static final String EFFECTS_PER_ORDER =
      """
      SELECT coalesce(e.effects, 0) AS times, count(*) AS orders
      FROM verify_order v LEFT JOIN verify_effect e ON e.order_id = v.order_id GROUP BY 1
      """;
  private static final String FIND =
      "SELECT id, detail, count(*) OVER () AS total FROM (%s) found ORDER BY length(id), id LIMIT :limit";

  /** A producer's clock may be behind, and a run may have been forgotten and opened anew. */
  private static final Duration EARLIER = Duration.ofDays(1);

  /** How long one check may take; there is nobody to take over from. */
  private static final Duration LONG = Duration.ofHours(12);

  private record Row(Example example, long total) {}

  private final Settings settings;
  private final Jdbi jdbi;
  private final OrdersTable table;
  private final int limit;

  /** Names up to {@code limit} orders for each check that fails. */
  public Verification(Settings settings, Jdbi jdbi, OrdersTable table, int limit) {
    this.settings = settings;
    this.jdbi = jdbi;
    this.table = table;
    this.limit = limit;
  }

  /**
   * Verifies {@code run}, with the API's report where {@code ledger} is given.
   *
   * @throws UserError where attempts of the run were purged, or the ledger cannot be read
   */
  public Report verify(Run run, @Nullable LedgerFile ledger) {
    return jdbi.withHandle(handle -> verify(Patience.of(handle, LONG), run, ledger));
  }

  private Report verify(Handle handle, Run run, @Nullable LedgerFile ledger) {
    requireWhole(handle, run.id());
    Unreadable unreadable = new Unreadable(limit);
    handle.getConfig(SqlStatements.class).setUnusedBindingAllowed(true); // not all checks need all
    handle.createScript(table.sql(TABLES)).execute();
    loadTopics(handle, run, unreadable);
    handle.createScript(ORDERS.formatted(run.id())).execute();
    if (ledger != null) {
      new LedgerLoad(settings, table, handle).load(ledger, unreadable);
    }
    List<Finding> findings = new ArrayList<>(unreadable.findings());
    for (Check check : Check.values()) {
      if (ledger != null || !check.needsLedger()) {
        findings.addAll(find(handle, check, run.id()));
      }
    }
    Map<String, Object> totals = handle.createQuery(TOTALS).bind("run", run.id()).mapToMap().one();
    return new Report(
        run.id(),
        number(totals, "orders"),
        number(totals, "completed"),
        number(totals, "failed"),
        number(totals, "in_doubt"),
        number(totals, "without"),
        histogram(handle, CALLS, run.id()),
        ledger == null ? new TreeMap<>() : histogram(handle, EFFECTS_PER_ORDER, run.id()),
        findings);
  }

  private static void requireWhole(Handle handle, long runId) {
    handle
        .createQuery(
            "SELECT purged_at::text FROM duly.run WHERE id = :id AND purged_at IS NOT NULL")
        .bind("id", runId)
        .mapTo(String.class)
        .findOne()
        .ifPresent(
            at -> {
              throw new UserError(
                  "attempts of run "
                      + runId
                      + " were purged since "
                      + at
                      + ": it cannot be verified any more; raise attempts.retention to keep them longer");
            });
  }

  private void loadTopics(Handle handle, Run run, Unreadable unreadable) {
    Instant from =
        handle
            .createQuery("SELECT least(opened_at, fire_time) FROM duly.run WHERE id = :id")
            .bind("id", run.id())
            .mapTo(OffsetDateTime.class)
            .one()
            .toInstant()
            .minus(EARLIER);
    List<Long> ends = ends(handle, run);
    Topics topics = Topics.of(settings);
    try (Consumer<byte[], byte[]> consumer = new KafkaClients(settings).reader("duly-verify")) {
      TopicLoad load = new TopicLoad(consumer, table.idType(), run.id(), unreadable);
      try (CopyTable due = CopyTable.open(handle, "verify_due")) {
        load.due(topics.due(), from, ends, due);
      }
      try (CopyTable told = CopyTable.open(handle, "verify_told")) {
        load.told(topics.results(), from, told);
      }
    }
  }

  /**
   * Where the records of a run with a verdict end: an ingest that stood still may have published
   * for it later. Null where it has none, or was cancelled when that was not saved yet.
   */
  private static @Nullable List<Long> ends(Handle handle, Run run) {
    boolean isOver =
        handle
            .createQuery(
                "SELECT state = 'CLOSED' OR unclaimed IS NOT NULL FROM duly.run WHERE id = :id")
            .bind("id", run.id())
            .mapTo(Boolean.class)
            .one();
    boolean isSaved = run.startOffsets().isEmpty() || !run.endOffsets().isEmpty();
    return isOver && isSaved ? run.endOffsets() : null;
  }

  private List<Finding> find(Handle handle, Check check, long runId) {
    List<Row> rows =
        handle
            .createQuery(table.sql(FIND.formatted(check.sql())))
            .bind("run", runId)
            .bind("contract", Contract.of(settings.text("api.contract")).name())
            .bind("limit", limit)
            .map(
                (row, context) ->
                    new Row(
                        new Example(row.getString("id"), row.getString("detail")),
                        row.getLong("total")))
            .list();
    return rows.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                check.toString(), rows.get(0).total(), rows.stream().map(Row::example).toList()));
  }

  private static SortedMap<Long, Long> histogram(Handle handle, String sql, long runId) {
    SortedMap<Long, Long> histogram = new TreeMap<>();
    handle
        .createQuery(sql)
        .bind("run", runId)
        .mapToMap()
        .forEach(row -> histogram.put(number(row, "times"), number(row, "orders")));
    return histogram;
  }

  private static long number(Map<String, Object> row, String column) {
    return ((Number) Objects.requireNonNull(row.get(column))).longValue();
  }
}
