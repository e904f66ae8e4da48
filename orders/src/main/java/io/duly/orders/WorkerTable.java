package io.duly.orders;

import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The table in which workers show that they live. Thread-safe. */
public final class WorkerTable {
  private static final String REGISTER =
      """
      INSERT INTO duly.worker (id, host, state) VALUES (:id, :host, 'ALIVE')
      ON CONFLICT (id) DO UPDATE SET host = excluded.host, state = 'ALIVE', started_at = clock_timestamp(),
        heartbeat = duly.worker.heartbeat + 1, heartbeat_at = clock_timestamp()
      WHERE duly.worker.state <> 'ALIVE'
      """;
  private static final String BEAT =
      """
      UPDATE duly.worker SET heartbeat = heartbeat + 1, heartbeat_at = clock_timestamp(), calls = :calls,
        call_p50_ms = :p50, call_p99_ms = :p99
      WHERE id = :id AND state = 'ALIVE'
      """;
  private static final String STOP =
      "UPDATE duly.worker SET state = 'STOPPED' WHERE id = :id AND state = 'ALIVE'";
  private static final String ALIVE = "SELECT id, heartbeat FROM duly.worker WHERE state = 'ALIVE'";

  /** A row lock is a write: a database that only lets read refuses it. */
  private static final String WRITABLY_ALIVE =
      """
      WITH written AS MATERIALIZED (SELECT single FROM duly.feed FOR UPDATE)
      SELECT id, heartbeat FROM duly.worker WHERE state = 'ALIVE' AND (SELECT count(*) FROM written) >= 0
      """;

  private static final String BURY =
      "UPDATE duly.worker SET state = 'DEAD' WHERE id = :id AND heartbeat = :heartbeat AND state = 'ALIVE'";

  /** A worker and how often it has shown that it lives. */
  public record Heartbeat(String workerId, long count) {}

  /**
   * What a worker tells with a heartbeat.
   *
   * @param calls that it has made since it was started
   * @param p50 milliseconds that half of its calls since the last heartbeat took at most; null
   *     where there was none
   * @param p99 the same for 99 of 100
   */
  public record Pulse(long calls, @Nullable Double p50, @Nullable Double p99) {
    /** Of a worker that has made no call. */
    public static final Pulse NONE = new Pulse(0, null, null);
  }

  private final Jdbi jdbi;

  public WorkerTable(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Registers a worker; false where one of that id lives already. */
  public boolean register(String id, String host) {
    return jdbi.withHandle(
        handle -> handle.createUpdate(REGISTER).bind("id", id).bind("host", host).execute() == 1);
  }

  /**
   * Shows that the worker lives; false where it has been declared dead, and must stop sending at
   * once.
   */
  public boolean beat(String id, Pulse pulse) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(BEAT)
                    .bind("id", id)
                    .bind("calls", pulse.calls())
                    .bind("p50", pulse.p50())
                    .bind("p99", pulse.p99())
                    .execute()
                == 1);
  }

  public void stop(String id) {
    jdbi.useHandle(handle -> handle.createUpdate(STOP).bind("id", id).execute());
  }

  public List<Heartbeat> alive() {
    return alive(ALIVE);
  }

  /**
   * As {@link #alive}, while the database can be written to; throws where it cannot, as no worker
   * can show life then.
   */
  public List<Heartbeat> aliveWhileWritable() {
    return alive(WRITABLY_ALIVE);
  }

  private List<Heartbeat> alive(String sql) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(sql)
                .map((row, context) -> new Heartbeat(row.getString("id"), row.getLong("heartbeat")))
                .list());
  }

  /**
   * Declares a worker dead whose last heartbeat is still {@code seen}; false where it has shown
   * life since.
   */
  public boolean bury(Heartbeat seen) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(BURY)
                    .bind("id", seen.workerId())
                    .bind("heartbeat", seen.count())
                    .execute()
                == 1);
  }
}
