package io.duly.orders;

import io.duly.runtime.Database;
import io.duly.runtime.Settings;
import io.duly.sandbox.SampleOrders;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** A shop's orders table with Duly's schema beside it, and what a test does there. */
final class Shop implements AutoCloseable {
  static final long RUN = 7;
  static final String WORKER = "w1";
  static final String PREFIX = "duly";

  private final Database database;
  private final Settings settings;
  private final OrdersTable table;

  private Shop(Database database, Settings settings, OrdersTable table) {
    this.database = database;
    this.settings = settings;
    this.table = table;
  }

  /** Makes the table and the schema in an empty database. */
  static Shop open(String url) {
    Settings settings = Settings.of(Map.of("database.url", url, "api.contract", "idempotent"));
    try (Connection connection = Database.connect(settings)) {
      SampleOrders.createTable(connection, "public.orders");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Database database = Database.open(settings, "orders-test");
    OrdersTable table =
        database.jdbi().withHandle(handle -> TableInspector.inspect(handle, settings));
    Schema.create(database.jdbi(), table, settings);
    return new Shop(database, settings, table);
  }

  /** Empties all tables but the permits, which start anew. */
  void empty() {
    execute(
        "TRUNCATE orders, duly.run, duly.attempt, duly.retry, duly.worker, duly.run_counter, duly.evidence, duly.decision, duly.position, duly.skipped, duly.purged RESTART IDENTITY");
    execute(
        "UPDATE duly.permit SET next_at = '-infinity', leased_at = '-infinity', held_at = '-infinity', paused = NULL, probe_at = NULL");
    execute(
        """
        INSERT INTO duly.run (id, schedule, fire_time, cutoff, state, owner, owner_seen_at) OVERRIDING SYSTEM VALUE
        VALUES (?, 'shop', now(), now(), 'PUBLISHED', 'shop', now())
        """,
        RUN);
    var unused = new Incarnations(jdbi()).trust(new Incarnations(jdbi()).current());
  }

  Jdbi jdbi() {
    return database.jdbi();
  }

  Settings settings() {
    return settings;
  }

  OrdersTable table() {
    return table;
  }

  Records records() {
    return new Records(jdbi(), table, PREFIX);
  }

  Rescues rescues() {
    return new Rescues(jdbi(), table, PREFIX);
  }

  RunTable runs() {
    return new RunTable(jdbi());
  }

  /** Claims under a contract whose keys are valid for a day, 20 attempts at most. */
  Claims claims(Contract contract) {
    return claims(new ClaimTerms(contract, Duration.ofDays(1), 20));
  }

  Claims claims(ClaimTerms terms) {
    return new Claims(jdbi(), table, terms, PREFIX);
  }

  /** Puts orders into the table as its owner does. */
  void pending(long... ids) {
    jdbi()
        .useHandle(
            handle ->
                handle
                    .createUpdate(
                        """
                        INSERT INTO orders (id, customer, total_price, priority, clerk, order_date)
                        SELECT id, 1, 9.50, '1-URGENT', 'Ann', '2026-11-23' FROM unnest(:ids::bigint[]) AS g(id)
                        """)
                    .bindArray("ids", Long.class, Arrays.stream(ids).boxed().toList())
                    .execute());
  }

  void pendingUpTo(long last) {
    pending(LongStream.rangeClosed(1, last).toArray());
  }

  /** The owner's own hand on the status column. */
  void ownerSets(long id, String status) {
    execute("UPDATE orders SET status = ? WHERE id = ?", status, id);
  }

  String status(long id) {
    return ask("SELECT status FROM orders WHERE id = ?", String.class, id);
  }

  /** The due records of orders, each with a fresh token. */
  static Map<DueOrder, UUID> due(long... ids) {
    Map<DueOrder, UUID> due = new LinkedHashMap<>();
    for (long id : ids) {
      due.put(new DueOrder(Long.toString(id), RUN, 0, id), UUID.randomUUID());
    }
    return due;
  }

  /** Claims one order, which must succeed. */
  Claim claim(Contract contract, long id) {
    return claims(contract).claim(WORKER, due(id)).claims().get(0);
  }

  /** Why an order is not claimed. */
  Refusal refusal(Claims claims, long id) {
    Map<DueOrder, UUID> given = due(id);
    return claims.claim(WORKER, given).refused().get(given.keySet().iterator().next());
  }

  /** Records one result of a claim; returns what it closed or settled. */
  List<Recorded> record(Claim claim, Outcome outcome) {
    return record(claim, outcome, Duration.ZERO);
  }

  List<Recorded> record(Claim claim, Outcome outcome, Duration retryAfter) {
    return records().record(WORKER, List.of(result(claim, outcome, retryAfter))).recorded();
  }

  static AttemptResult result(Claim claim, Outcome outcome, Duration retryAfter) {
    return new AttemptResult(
        claim.orderId(),
        claim.attempt(),
        claim.token(),
        outcome,
        1,
        new AttemptResult.Answer(200, "said " + outcome, "ref-" + claim.orderId()),
        retryAfter);
  }

  /** Lets all attempts on an order look this much older. */
  void age(long id, Duration age) {
    execute(
        "UPDATE duly.attempt SET claimed_at = claimed_at - make_interval(secs => ?) WHERE order_id = ?",
        age.toSeconds(),
        id);
  }

  /** An operator's decision to try again. */
  void decideRetry(long id, int generation) {
    execute(
        "INSERT INTO duly.decision (order_id, generation, decided, who, reason) VALUES (?, ?, 'RETRY', 'ann', 'asked them')",
        id,
        generation);
    ownerSets(id, "PENDING");
  }

  /** A column of an attempt as text. */
  String attempt(long id, int attempt, String column) {
    return ask(
        "SELECT " + column + "::text FROM duly.attempt WHERE order_id = ? AND attempt = ?",
        String.class,
        id,
        attempt);
  }

  /** Rows of {@code from}, a table with a condition if wanted. */
  long count(String from) {
    return ask("SELECT count(*) FROM " + from, Long.class);
  }

  <T> T ask(String sql, Class<T> type, Object... arguments) {
    return jdbi().withHandle(handle -> handle.select(sql, arguments).mapTo(type).one());
  }

  void execute(String sql, Object... arguments) {
    jdbi().useHandle((Handle handle) -> handle.execute(sql, arguments));
  }

  @Override
  public void close() {
    database.close();
  }

  /** Opens a run that takes all; false where it was opened before. */
  boolean open(String schedule, Instant fireTime) {
    return jdbi()
        .inTransaction(
            handle ->
                RunTable.open(
                    handle, schedule, fireTime, new Run.Selection(fireTime, "", Lanes.MAIN)));
  }
}
